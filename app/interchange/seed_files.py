"""Reads a seed folder, `debate.yaml` and the essay beside it, and checks all of it. Knows no database.

The format is explained for its authors in docs/SEEDS.md.
"""

from collections import Counter
from pathlib import Path

from app.arguments.limits import CLAIM_MAX, CLAIM_MIN, GROUNDS_MAX, GROUNDS_MIN, QUOTE_MAX
from app.essays.canonical import MAX_ESSAY_CHARACTERS, parse_essay
from app.interchange.seed import SeedArgument, SeedDebate, SeedError, SeedEssay, SeedPosition, SeedQuote, suggestion
from app.interchange.seed_values import Entry, load_yaml
from app.models.argument import Relation

DEBATE_FILE = "debate.yaml"

POSITIONS_MIN = 2  # Fewer is no debate;
POSITIONS_MAX = 5  # more cannot stand side by side with equal room.
ARGUMENTS_MAX = 10_000  # The size up to which pages are measured.
QUOTES_MAX = 10  # Each is shown beside the argument.
DEBATE_FILE_MAX = 20_000_000  # Bytes: room for ARGUMENTS_MAX arguments of usual length.

NAME_MAX = 60  # A position's name stands in column heads and labels.
TITLE_MAX = 120  # One or two lines in a list.
SUMMARY_MAX = 1_000

DEBATE_KEYS = ("slug", "title", "motion", "summary", "essay", "positions", "arguments")
ESSAY_KEYS = ("file", "title", "byline")
POSITION_KEYS = ("key", "name", "summary")
ARGUMENT_KEYS = ("key", "position", "parent", "relation", "claim", "grounds", "quotes")
QUOTE_KEYS = ("text", "occurrence")


def read_seed(folder: Path) -> SeedDebate:
    """The debate in `folder`, or a SeedError. Quotes are compared with the essay by `check_quotes`."""
    file = f"{folder.name}/{DEBATE_FILE}"
    source = _read_text(folder / DEBATE_FILE, file, DEBATE_FILE_MAX)
    debate = Entry.of(file, "debate", load_yaml(source, file), DEBATE_KEYS)
    positions = _positions(debate)
    return SeedDebate(
        file=file,
        slug=debate.key("slug"),
        title=debate.line("title", TITLE_MAX),
        motion=debate.line("motion", CLAIM_MAX),
        summary=debate.text("summary", SUMMARY_MAX),
        essay=_essay(debate, folder),
        positions=positions,
        arguments=_arguments(debate, positions),
    )


def _read_text(path: Path, file: str, most_bytes: int) -> str:
    try:
        if path.stat().st_size > most_bytes:
            raise SeedError(file, "whole file", f"has more than {most_bytes} bytes.", "Split or shorten it.")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SeedError(file, "whole file", "is not UTF-8 text.", "Save it as UTF-8.") from error
    except OSError as error:
        raise SeedError(file, "whole file", f"cannot be read: {error.strerror}.", "Create it or its folder.") from error


def _essay(debate: Entry, folder: Path) -> SeedEssay:
    entry = Entry.of(debate.file, "essay", debate.values.get("essay"), ESSAY_KEYS)
    name = entry.line("file", NAME_MAX)
    if Path(name).name != name or name.startswith("."):
        entry.refuse(f"“{name}” is not a plain file name.", f"Put the essay beside {DEBATE_FILE}.")
    file = f"{folder.name}/{name}"
    markdown = _read_text(folder / name, file, MAX_ESSAY_CHARACTERS * 4)
    try:
        parse_essay(markdown)
    except ValueError as error:
        raise SeedError(file, "whole file", str(error), "Change the essay.") from error
    return SeedEssay(name, entry.line("title", TITLE_MAX), entry.line("byline", TITLE_MAX), markdown)


def _positions(debate: Entry) -> tuple[SeedPosition, ...]:
    positions = []
    for number, value in enumerate(debate.items("positions", POSITIONS_MIN, POSITIONS_MAX), start=1):
        entry = _named_entry(debate.file, "position", number, value, POSITION_KEYS)
        name, summary = entry.line("name", NAME_MAX), entry.text("summary", SUMMARY_MAX)
        positions.append(SeedPosition(entry.key(), name, summary))
    _refuse_repeated_keys(debate.file, "position", [position.key for position in positions])
    return tuple(positions)


def _arguments(debate: Entry, positions: tuple[SeedPosition, ...]) -> tuple[SeedArgument, ...]:
    sides = [position.key for position in positions]
    values = enumerate(debate.items("arguments", 0, ARGUMENTS_MAX), start=1)
    entries = [_named_entry(debate.file, "argument", number, value, ARGUMENT_KEYS) for number, value in values]
    arguments = [_argument(entry, sides) for entry in entries]
    _refuse_repeated_keys(debate.file, "argument", [argument.key for argument in arguments])
    return _parents_first(debate.file, {argument.key: argument for argument in arguments})


def _named_entry(file: str, kind: str, number: int, value: object, known: tuple[str, ...]) -> Entry:
    """The entry under its number and, where it has one, its key: what a person searches the file for."""
    key = value.get("key") if isinstance(value, dict) else None
    return Entry.of(file, f"{kind} {number} ({key})" if isinstance(key, str) else f"{kind} {number}", value, known)


def _refuse_repeated_keys(file: str, kind: str, keys: list[str]) -> None:
    for key, count in Counter(keys).items():
        if count > 1:
            raise SeedError(file, f"{kind} {key}", f"the key is used {count} times.", "Give each a key of its own.")


def _argument(entry: Entry, sides: list[str]) -> SeedArgument:
    position = entry.key("position")
    if position not in sides:
        entry.refuse(f"there is no position “{position}”.", suggestion(position, sides))
    parent = entry.key("parent") if entry.values.get("parent") is not None else None
    return SeedArgument(
        key=entry.key(),
        position=position,
        parent=parent,
        relation=_relation(entry, parent),
        claim=entry.line("claim", CLAIM_MAX, CLAIM_MIN),
        grounds=entry.text("grounds", GROUNDS_MAX, GROUNDS_MIN),
        quotes=tuple(_quote(entry, quote) for quote in entry.items("quotes", 1, QUOTES_MAX)),
    )


def _relation(entry: Entry, parent: str | None) -> Relation | None:
    known = [relation.value for relation in Relation]
    given = entry.values.get("relation")
    if given is None and parent is None:
        return None
    if given is None:
        entry.refuse("has a parent but no relation to it.", f"Add “relation:” with one of {', '.join(known)}.")
    if parent is None:
        entry.refuse(
            "has a relation but no parent.", "Add “parent:”, or remove “relation:” for a first-level argument."
        )
    if given not in known:
        entry.refuse(f"“{given}” is not a relation.", suggestion(str(given), known))
    return Relation(given)


def _quote(argument: Entry, value: object) -> SeedQuote:
    if not isinstance(value, dict):
        return SeedQuote(argument.checked(value, "a quote", QUOTE_MAX), None)
    entry = Entry.of(argument.file, f"{argument.name}, quote", value, QUOTE_KEYS)
    occurrence = value.get("occurrence")
    if occurrence is not None and (type(occurrence) is not int or occurrence < 1):
        entry.refuse(f"“{occurrence}” is not an occurrence.", "Count from 1: 2 means the second place in the essay.")
    return SeedQuote(entry.text("text", QUOTE_MAX), occurrence)


def _parents_first(file: str, arguments: dict[str, SeedArgument]) -> tuple[SeedArgument, ...]:
    """All arguments by level, in the file's order within a level."""
    depths: dict[str, int] = {}
    for key in arguments:
        path = _path_to_known(file, key, arguments, depths)
        above = -1 if arguments[path[-1]].parent is None else depths[str(arguments[path[-1]].parent)]
        depths |= {step: above + level for level, step in enumerate(reversed(path), start=1)}
    return tuple(sorted(arguments.values(), key=lambda argument: depths[argument.key]))


def _path_to_known(file: str, key: str, arguments: dict[str, SeedArgument], depths: dict[str, int]) -> list[str]:
    """The keys from `key` upwards, ending below an argument of known depth or on the first level."""
    path = [key]
    while (parent := arguments[path[-1]].parent) is not None and parent not in depths:
        if parent not in arguments:
            remedy = suggestion(parent, list(arguments)) or "Use the key of another argument."
            raise SeedError(file, f"argument {path[-1]}", f"there is no argument “{parent}” to be its parent.", remedy)
        if parent in path:
            circle = " → ".join([*path[path.index(parent) :], parent])
            raise SeedError(file, f"argument {key}", f"the parents run in a circle: {circle}.", "Remove one “parent:”.")
        path.append(parent)
    return path
