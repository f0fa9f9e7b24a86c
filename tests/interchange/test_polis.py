"""A Polis export becomes a debate with all its votes, as a whole or not at all, and can be analysed without one."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner

from app.cli import app
from app.doctor.examination import examine
from app.errors import Conflict
from app.interchange.analysis import analyse_votes, of_conversation, to_csv, to_json
from app.interchange.polis import PolisError
from app.interchange.polis_commands import import_polis
from app.interchange.polis_files import read_polis, read_vote_file
from app.models import CURRENT_VOTE_COUNT, Argument, Debate, LogEntry, Origin, User, Vote
from tests.interchange.polis_export import COMMENTS, VOTES, write, write_export, write_matrix


@pytest.mark.parametrize("milliseconds", [False, True])
def test_times_are_read_in_seconds_and_milliseconds(tmp_path: Path, milliseconds: bool) -> None:
    votes = write_export(tmp_path, milliseconds=milliseconds)
    conversation = read_polis(tmp_path)
    assert (conversation.topic, len(conversation.statements), len(conversation.votes)) == (
        "Should the market move?", 12, votes,
    )  # fmt: skip
    assert {each.at.year for each in conversation.votes if each.at} == {2023}
    assert [each.number for each in conversation.statements if each.is_rejected] == [0]


@pytest.mark.parametrize("has_xid", [False, True])
def test_votes_are_read_from_the_table_of_participants_too(tmp_path: Path, has_xid: bool) -> None:
    write_export(tmp_path)
    write_matrix(tmp_path, has_xid=has_xid)
    conversation = read_polis(tmp_path)
    assert len(conversation.votes) == 40 * 11  # The last column is empty: nobody has seen that statement.


def test_the_last_vote_of_a_person_counts(tmp_path: Path) -> None:
    write_export(tmp_path)
    write(tmp_path / "votes.csv", VOTES, [(9, "", 1, 7, 1), (20, "", 1, 7, -1), (10, "", 1, 7, 0), (5, "", 2, 7, 1)])
    assert [(vote.statement, vote.sign) for vote in read_polis(tmp_path).votes] == [(1, -1), (2, 1)]


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "no comments": (lambda at: (at / "comments.csv").unlink(), "comments.csv is missing"),
    "no votes": (lambda at: (at / "votes.csv").unlink(), "votes.csv or participants-votes.csv"),
    "no column": (lambda at: write(at / "votes.csv", ("a", "b"), []), "votes.csv, line 1: there is no column"),
    "odd vote": (lambda at: write(at / "votes.csv", VOTES, [(1, "", 1, 1, 1), (1, "", 1, 2, 2)]), "votes.csv, line 3"),
    "no statement": (
        lambda at: write(at / "votes.csv", VOTES, [(1, "", 99, 1, 1)]),
        "line 2: it votes on statement 99",
    ),
    "short row": (lambda at: (at / "votes.csv").write_text(",".join(VOTES) + "\n1,,1"), "line 2: has 3 cells"),
    "no number": (lambda at: write(at / "votes.csv", VOTES, [(1, "", "x", 1, 1)]), "“x”, which is not a whole number"),
    "no time": (lambda at: write(at / "votes.csv", VOTES, [("soon", "", 1, 1, 1)]), "“soon”, which is no time"),
    "no text": (lambda at: write(at / "comments.csv", COMMENTS, [(1, "", 1, 1, 0, 0, 0, " ")]), "has no text"),
    "twice": (
        lambda at: write(at / "comments.csv", COMMENTS, [(1, "", 1, 1, 0, 0, 0, "a")] * 2),
        "a statement 1 already",
    ),
    "cut off": (lambda at: (at / "votes.csv").write_text(",".join(VOTES) + '\n1,"'), "line 2: cannot be read as CSV"),
    "bytes": (lambda at: (at / "votes.csv").write_bytes(b"timestamp\xff"), "is not UTF-8"),
    "moderated": (lambda at: write(at / "comments.csv", COMMENTS, [(1, "", 1, 1, 0, 0, 7, "a")]), "moderated is 7"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_named_with_its_line(tmp_path: Path, name: str) -> None:
    write_export(tmp_path)
    break_it, words = BROKEN[name]
    break_it(tmp_path)
    with pytest.raises(PolisError) as refusal:
        read_polis(tmp_path)
    assert words in str(refusal.value)


def test_no_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(PolisError, match="no such folder"):
        read_polis(tmp_path / "nowhere")


async def test_it_becomes_a_debate_with_sound_counters(db: AsyncSession, tmp_path: Path) -> None:
    votes = write_export(tmp_path)
    conversation = read_polis(tmp_path)
    done = await import_polis(db, conversation, "market", "Should the market move?")
    assert (done.statements, done.hidden, done.voters, done.votes) == (12, 1, 40, votes)
    assert await db.scalar(select(func.count()).select_from(Vote)) == votes
    assert await db.scalar(select(CURRENT_VOTE_COUNT)) == votes
    assert not (await db.scalars(select(User).where(~User.is_imported))).all()
    arguments = (await db.scalars(select(Argument).order_by(Argument.id))).all()
    assert {argument.origin for argument in arguments} == {Origin.IMPORTED}
    assert [argument.hidden_by_id is None for argument in arguments[:2]] == [False, True]
    assert await db.scalar(select(Debate.argument_count)) == 11
    assert (await db.scalars(select(LogEntry))).one().moderator_name == "Import"
    names = {finding.name: finding.examples async for finding in examine(db) if finding.count and finding.is_counter}
    assert names == {}
    with pytest.raises(Conflict, match="already"):
        await import_polis(db, conversation, "market", "Again")


def test_two_camps_are_found_and_what_unites_them(tmp_path: Path) -> None:
    write_export(tmp_path, people=60, statements=16)
    found = analyse_votes(*of_conversation(read_polis(tmp_path)))
    result = to_json(found)
    assert [group["people"] for group in result["groups"]] == [30, 30]
    assert result["stability"] > 0.9
    united = [each["statement"] for each in result["findings"] if each["section"] == "group-aware consensus"]
    assert set(united[:4]) == {3, 7, 11, 15}
    assert json.loads(json.dumps(result)) == result
    rows = list(csv.DictReader(to_csv(found).splitlines()))
    assert {row["section"] for row in rows} >= {"representative", "group-aware consensus", "bridging"}


def test_votes_alone_are_analysed_and_texts_cannot_be_formulas(tmp_path: Path) -> None:
    write_export(tmp_path)
    write_matrix(tmp_path)
    found = analyse_votes(*of_conversation(read_vote_file(tmp_path / "participants-votes.csv")))
    assert found.votes.people == 40
    write(tmp_path / "comments.csv", COMMENTS, [(1, "", n, 1, 0, 0, 1, f"=cmd({n})") for n in range(12)])
    assert ",=cmd" not in to_csv(analyse_votes(*of_conversation(read_polis(tmp_path))))


def test_command_prints_all_three_forms(tmp_path: Path) -> None:
    write_export(tmp_path)
    for format, words in (("table", "opinion groups"), ("json", '"findings"'), ("csv", "section,group")):
        answer = CliRunner().invoke(app, ["analyse", "--csv", str(tmp_path), "--format", format])
        assert answer.exit_code == 0, answer.output
        assert words in answer.output
