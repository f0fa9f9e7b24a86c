"""Read the files of a Polis export: both generations of their columns, times in seconds or milliseconds.

Every row is read or refused by its line: an export that was cut off must not become half a debate.
"""

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from app.interchange.polis import CastVote, Conversation, PolisError, Statement
from app.markdown import clean_line

MILLISECONDS_FROM = 100_000_000_000  # In seconds this would be the year 5138.
LONGEST_TEXT = 10_000  # As much as the grounds of an argument hold.
LATEST = datetime(2200, 1, 1, tzinfo=UTC)

# The names of the files by their ends, since exports put the conversation's name before them; and of their columns.
COMMENTS, VOTES, SUMMARY = ("comments.csv",), ("votes.csv",), ("summary.csv",)
MATRIX = ("participants-votes.csv", "participant-votes.csv")
NUMBER, TEXT = ("comment-id", "tid"), ("comment-body", "txt", "body")
MODERATED, TIME = ("moderated", "mod"), ("timestamp", "created")
VOTER, VOTE = ("voter-id", "pid", "participant"), ("vote",)
SIGNS = {"agree": 1, "pass": 0, "disagree": -1}
STANCES = ("first stance", "latest stance")
ADVICE = "A Polis export has {names} (from the report’s page, “Raw data”, or the folder of a conversation’s open data)."

Advance = Callable[[str, int], object]  # The name of a file, and how many of its lines were read.


def read_polis(folder: Path, advance: Advance = lambda name, lines: None) -> Conversation:
    if not folder.is_dir():
        raise PolisError(folder, None, "there is no such folder. Name the one that the export’s files are in.")
    comments = _find(folder, COMMENTS)
    if comments is None:
        raise PolisError(folder, None, f"comments.csv is missing. {ADVICE.format(names='comments.csv and votes.csv')}")
    statements = _read_statements(comments, advance)
    votes = _read_votes(folder, {statement.number for statement in statements}, advance)
    summary = _read_summary(_find(folder, SUMMARY))
    voters = list(dict.fromkeys(vote.voter for vote in votes))
    return Conversation(
        summary.get("topic", ""), summary.get("conversation-description", ""), statements, votes, voters
    )


def read_vote_file(path: Path, advance: Advance = lambda name, lines: None) -> Conversation:
    """Votes alone, as a table of people and statements, one vote a line, or the published input of a run; the
    statements are known by number."""
    rows = _rows_of_run if "about" in _header(path) else _rows_of_votes
    votes = _last(rows(path, None, advance))
    numbers = sorted({vote.statement for vote in votes})
    statements = [Statement(number, f"Statement {number}", None) for number in numbers]
    return Conversation("", "", statements, votes, list(dict.fromkeys(vote.voter for vote in votes)))


def _find(folder: Path, ends: tuple[str, ...], without: tuple[str, ...] = ()) -> Path | None:
    found = [
        path
        for path in sorted(folder.iterdir())
        if path.name.lower().endswith(ends) and not path.name.lower().endswith(without or ("\0",))
    ]
    if len(found) > 1:
        raise PolisError(found[1], None, f"is one of several: keep only one file whose name ends in {ends[0]}.")
    return found[0] if found else None


def _read_statements(path: Path, advance: Advance) -> list[Statement]:
    statements: dict[int, Statement] = {}
    for line, row in _rows(path, advance, NUMBER, TEXT):
        number, text = _whole(path, line, row, NUMBER), clean_line(_cell(row, TEXT) or "")
        if not text:
            raise PolisError(path, line, "the statement has no text.")
        if len(text) > LONGEST_TEXT:
            raise PolisError(path, line, f"the statement has {len(text):,} characters; {LONGEST_TEXT:,} is the most.")
        if number in statements:
            raise PolisError(path, line, f"there is a statement {number} already.")
        moderated = _whole(path, line, row, MODERATED) if _cell(row, MODERATED) else 0
        if moderated not in (-1, 0, 1):
            raise PolisError(path, line, f"moderated is {moderated}; it is −1 (rejected), 0 or 1 (accepted).")
        statements[number] = Statement(number, text, _moment(path, line, row), moderated)
    if not statements:
        raise PolisError(path, None, "holds no statements.")
    return [statements[number] for number in sorted(statements)]


def _read_votes(folder: Path, numbers: set[int], advance: Advance) -> list[CastVote]:
    path = _find(folder, VOTES, without=MATRIX) or _find(folder, MATRIX)
    if path is None:
        names = "votes.csv or participants-votes.csv"
        raise PolisError(folder, None, f"the votes are missing. {ADVICE.format(names=names)}")
    return _last(_rows_of_votes(path, numbers, advance))


def _rows_of_votes(path: Path, numbers: set[int] | None, advance: Advance) -> Iterator[CastVote]:
    """One vote a line; or one person a line with a column for each statement, where empty is not seen."""
    is_matrix = path.name.lower().endswith(MATRIX) or "participant" in _header(path)
    for line, row in _rows(path, advance, VOTER, *(() if is_matrix else (NUMBER, VOTE))):
        voter = _cell(row, VOTER)
        if not voter:
            raise PolisError(path, line, "the voter has no number.")
        if is_matrix:
            cells = [(int(name), value) for name, value in row.items() if name.isdecimal() and value.strip()]
        else:
            cells = [(_whole(path, line, row, NUMBER), _cell(row, VOTE) or "")]
        at = None if is_matrix else _moment(path, line, row)
        for number, value in cells:
            if numbers is not None and number not in numbers:
                raise PolisError(path, line, f"it votes on statement {number}, which comments.csv does not have.")
            yield CastVote(voter, number, _sign(path, line, value), at)


def _rows_of_run(path: Path, _: None, advance: Advance) -> Iterator[CastVote]:
    """What a run of this site was computed from (app/debates/standing_files.py); its stances are left out."""
    for line, row in _rows(path, advance, ("person",), ("about",), ("value",)):
        if row["about"] in STANCES:
            continue
        if row["value"] not in SIGNS:
            raise PolisError(path, line, f"the vote is “{row['value'][:40]}”; it is agree, pass or disagree.")
        yield CastVote(row["person"], _whole(path, line, row, ("about",)), SIGNS[row["value"]], None)


def _last(votes: Iterator[CastVote]) -> list[CastVote]:
    """The last vote of each person on each statement; of those without times, or at one, the one further down."""
    kept: dict[tuple[str, int], CastVote] = {}
    for vote in votes:
        before = kept.get((vote.voter, vote.statement))
        if before is None or before.at is None or vote.at is None or vote.at >= before.at:
            kept[vote.voter, vote.statement] = vote
    return list(kept.values())


def _read_summary(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    with path.open(newline="", encoding="utf-8-sig") as file:
        return {row[0].strip(): row[1].strip() for row in csv.reader(file) if len(row) > 1}


def _header(path: Path) -> list[str]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return [_name(column) for column in next(csv.reader(file), [])]
    except UnicodeDecodeError as error:
        raise PolisError(path, None, "is not UTF-8 text.") from error


def _rows(path: Path, advance: Advance, *needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    header = _header(path)
    for names in needed:
        if not set(names) & set(header):
            there = ", ".join(header[:8]) or "none"
            raise PolisError(path, 1, f"there is no column {' or '.join(names)}, only {there}.")
    begins = 2
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file, strict=True)
            next(reader)
            begins = reader.line_num + 1
            for cells in reader:
                if len(cells) != len(header) and cells:
                    raise PolisError(path, begins, f"has {len(cells)} cells where the first line names {len(header)}.")
                if cells:
                    yield begins, dict(zip(header, cells, strict=True))
                advance(path.name, reader.line_num)
                begins = reader.line_num + 1
    except csv.Error as error:
        raise PolisError(path, begins, f"cannot be read as CSV ({error}).") from error
    except UnicodeDecodeError as error:
        raise PolisError(path, begins, "is not UTF-8 text.") from error


def _name(column: str) -> str:
    return column.strip().lower().replace("_", "-")


def _cell(row: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((row[name].strip() for name in names if name in row), None)


def _whole(path: Path, line: int, row: dict[str, str], names: tuple[str, ...]) -> int:
    value = _cell(row, names) or ""
    try:
        return int(value)
    except ValueError as error:
        raise PolisError(path, line, f"{names[0]} is “{value[:40]}”, which is not a whole number.") from error


def _sign(path: Path, line: int, value: str) -> int:
    if value.strip() not in ("1", "0", "-1"):
        raise PolisError(path, line, f"the vote is “{value[:40]}”; it is 1 (agree), 0 (pass) or −1 (disagree).")
    return int(value)


def _moment(path: Path, line: int, row: dict[str, str]) -> datetime | None:
    value = _cell(row, TIME)
    if not value:
        return None
    try:
        number = float(value)
        at = datetime.fromtimestamp(number / 1000 if number > MILLISECONDS_FROM else number, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise PolisError(path, line, f"the timestamp is “{value[:40]}”, which is no time.") from error
    if at > LATEST:
        raise PolisError(path, line, f"the timestamp is “{value[:40]}”, which is too far ahead.")
    return at
