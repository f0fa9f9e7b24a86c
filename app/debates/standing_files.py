"""Pictures and inputs of a run as files: SVG and PNG with plain colours, CSV with the numbers."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from textwrap import wrap

from app.debates.standing_page import Findings
from app.spreadsheets import guarded
from app.standing.pictures import VoteBar
from app.standing.run_input import NO_STANCE, UNDECIDED, RunInput
from app.static_files import STATIC

PICTURES = {
    "map": "Opinion map", "uniting": "What unites the groups", "dividing": "What divides them", "swing": "Swing",
}  # fmt: skip
TEMPLATES = {
    "map": "standing/_map_picture.html", "uniting": "standing/_bars_picture.html",
    "dividing": "standing/_bars_picture.html", "swing": "standing/_flow_picture.html",
}  # fmt: skip
FONT = STATIC / "vendor" / "source-serif-4-latin-600-normal.ttf"
PNG_WIDTH = 1200
LINE_LENGTH, LINE_HEIGHT, ROW_HEIGHT = 62, 22, 24

Row = tuple[str | int | float, ...]


@dataclass(frozen=True, slots=True)
class BarRow:
    y: int
    label: str
    bar: VoteBar


@dataclass(frozen=True, slots=True)
class BarBlock:
    """A statement's lines of words, each with its height, and a bar for all and for each group."""

    lines: list[tuple[int, str]]
    rows: list[BarRow]


@dataclass(frozen=True, slots=True)
class BarsPicture:
    height: int
    blocks: list[BarBlock]


def has_picture(findings: Findings, name: str) -> bool:
    """Whether there is anything to draw."""
    if name == "swing":
        return findings.flow is not None
    return name == "map" or bool(findings.result[name])


def draw_bars(findings: Findings, kind: str) -> BarsPicture:
    y, blocks = 10, []
    for found in findings.result[kind]:
        words = wrap(words_of(findings, found["id"]), LINE_LENGTH)
        lines = [(y + LINE_HEIGHT * (place + 1), line) for place, line in enumerate(words)]
        y += LINE_HEIGHT * len(lines) + 12
        rows = []
        for number in (None, *findings.shown_groups):
            rows.append(BarRow(y, f"Group {number}" if number else "All", findings.bar(found["id"], number)))
            y += ROW_HEIGHT
        blocks.append(BarBlock(lines, rows))
        y += 16
    return BarsPicture(y, blocks)


def words_of(findings: Findings, id: int) -> str:
    claim = findings.claims.get(id)
    return claim.words if claim else "An argument that is gone"


def to_png(svg: str) -> bytes:
    """Drawn by resvg, which is loaded only here. Takes some hundredths of a second: call it beside the loop."""
    import resvg_py  # noqa: PLC0415

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            width=PNG_WIDTH,
            background="#fdfcf9",
            font_files=[str(FONT)],
            serif_family="Source Serif 4 SemiBold",
        )
    )


def picture_rows(findings: Findings, name: str, names: dict[int, str]) -> list[Row]:
    """What the picture shows, as a table with a head."""
    match name:
        case "map":
            return [("across", "up", "group"), *(tuple(dot) for dot in findings.result["map"]["dots"])]
        case "swing":
            swing = findings.result["swing"]
            sides = [*swing["positions"], 0]
            return [
                ("first stance", "latest stance", "people"),
                *(
                    (names[first], names[latest], swing["matrix"][row][column])
                    for row, first in enumerate(sides)
                    for column, latest in enumerate(sides)
                ),
            ]
        case _:
            return [("argument", "claim", "group", "agree", "disagree", "pass"), *_bar_rows(findings, name)]


def _bar_rows(findings: Findings, kind: str) -> Iterator[Row]:
    for found in findings.result[kind]:
        for number in (None, *findings.shown_groups):
            bar = findings.bar(found["id"], number)
            yield found["id"], words_of(findings, found["id"]), number or "all", bar.agree, bar.disagree, bar.passes


SIGNS = {1: "agree", 0: "pass", -1: "disagree"}


def input_rows(run: RunInput, names: dict[int, str]) -> Iterator[Row]:
    """One line for each vote, and for a person's first and latest stance. People are numbered for this run alone."""
    yield "person", "about", "value"
    stances = {NO_STANCE: "none", UNDECIDED: "undecided", **names}
    for person in range(run.people):
        yield person + 1, "first stance", stances[run.first[person]]
        yield person + 1, "latest stance", stances[run.latest[person]]
        for argument, sign in run.votes_of(person):
            yield person + 1, argument, SIGNS[sign]


def to_csv(rows: Iterable[Row]) -> Iterator[str]:
    """RFC 4180, in pieces. Cells that a spreadsheet would take for formulas are made plain text."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
        if out.tell() > 64_000:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()
