"""A synthetic export of Polis: two camps that disagree on most statements and agree on some."""

import csv
from collections.abc import Sequence
from pathlib import Path
from random import Random

BEGINNING = 1_700_000_000
COMMENTS = ("timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated", "comment-body")
VOTES = ("timestamp", "datetime", "comment-id", "voter-id", "vote")


def write_export(folder: Path, people: int = 40, statements: int = 12, *, milliseconds: bool = False) -> int:
    """Statement 0 is rejected. Gives the number of votes."""
    folder.mkdir(parents=True, exist_ok=True)
    random, factor = Random(5), 1000 if milliseconds else 1
    comments = [
        ((BEGINNING + n) * factor, "", n, n % 3, 0, 0, -1 if n == 0 else n % 2, f"Statement {n}, as =somebody put it")
        for n in range(statements)
    ]
    votes = [
        ((BEGINNING + 60 + person) * factor, "", n, person, _vote(random, person, n))
        for person in range(people)
        for n in range(statements)
        if random.random() < 0.9
    ]
    write(folder / "comments.csv", COMMENTS, comments)
    write(folder / "votes.csv", VOTES, votes)
    write(folder / "summary.csv", ("topic", "Should the market move?"), [("conversation-description", "A *square*.")])
    return len(votes)


def write_matrix(folder: Path, people: int = 40, statements: int = 12, *, has_xid: bool = False) -> None:
    """The other form of the votes, in place of votes.csv."""
    random = Random(5)
    head = ["participant", *(["xid"] if has_xid else []), "group-id", "n-comments", "n-votes", "n-agree", "n-disagree"]
    rows = [
        [
            person,
            *(["x"] if has_xid else []),
            "",
            0,
            0,
            0,
            0,
            *(_vote(random, person, n) for n in range(statements - 1)),
            "",
        ]
        for person in range(people)
    ]
    (folder / "votes.csv").unlink(missing_ok=True)
    write(folder / "participants-votes.csv", [*head, *map(str, range(statements))], rows)


def _votes_of(random: Random, person: int, statements: int) -> list[int]:
    return [_vote(random, person, n) for n in range(statements)]


def write(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


def _vote(random: Random, person: int, statement: int) -> int:
    """On every fourth statement all agree; on the others the camps do not."""
    if random.random() < 0.1:
        return random.choice((1, 0, -1))
    return 1 if statement % 4 == 3 or person % 2 == statement % 2 else -1
