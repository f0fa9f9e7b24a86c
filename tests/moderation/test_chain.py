"""The log's chain: the database makes it, anybody can check it, and what was changed is found at its entry."""

import asyncio
import json
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as XmlTree

import psycopg
import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.db import transaction
from app.embedded_postgres import SUPERUSER
from app.models import Action, DebateState, Decision, LogEntry
from app.moderation.chain import NO_HASH, Break, Walk
from app.moderation.heads import publish_head
from app.moderation.redaction import TAKEN_OUT, redact_entries, take_out_words
from app.moderation.unlike_decisions import find_unlike_decisions
from app.moderation.verification import (
    HEADS_FILE,
    find_unlogged,
    published_heads,
    verify_file,
    verify_log,
)
from tests.factories import make_debate

WORDS = 'Sie nennt sie „naiv“:\n\t"a\\b" \x7f\x01 – 🎻'


def make_entry(number: int = 1, **values: Any) -> LogEntry:
    kept = {
        "moderator_name": "Judith", "action": Action.HIDE, "debate_id": 1, "debate_slug": "mill", "decision_id": number,
        "item": {"kind": "argument", "id": number, "ä": [1, None, {"b": True, "a": "x"}], "B": {}},
        "explanation": f"{WORDS} {number}",
    }  # fmt: skip
    return LogEntry(**kept | values)


async def add(db: AsyncSession, count: int) -> None:
    for number in range(count):
        db.add(make_entry(number))
        await db.commit()


async def breaks_of(db: AsyncSession, **heads: str) -> list[Break]:
    walk = Walk(heads={int(number[1:]): hash for number, hash in heads.items()})
    return [found async for found in verify_log(db, walk)]


def break_it(database_url: str, *statements: str) -> None:
    """As somebody does who has all rights on the database."""
    url = make_url(database_url).set(drivername="postgresql", username=SUPERUSER)
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(statement)  # type: ignore[arg-type]


async def test_entries_follow_one_another(db: AsyncSession) -> None:
    await add(db, 3)
    rows = (await db.execute(text("SELECT number, previous_hash, hash FROM log_entries ORDER BY number"))).all()
    assert [row.number for row in rows] == [1, 2, 3]
    assert [row.previous_hash for row in rows] == [NO_HASH, rows[0].hash, rows[1].hash]
    assert await breaks_of(db) == []


async def test_several_entries_of_one_transaction_are_linked_too(db: AsyncSession) -> None:
    db.add_all(make_entry(number) for number in range(50))
    await db.commit()
    assert await breaks_of(db) == []


async def test_twenty_writers_at_once_make_one_chain(db: AsyncSession, engine: AsyncEngine) -> None:
    async def write(number: int) -> None:
        async with transaction(engine) as own:
            own.add_all([make_entry(number), make_entry(number)])
            await own.flush()
            await asyncio.sleep(number % 3 / 100)

    await asyncio.gather(*map(write, range(20)))
    numbers = list(await db.scalars(text("SELECT number FROM log_entries ORDER BY number")))
    assert numbers == list(range(1, 41))
    assert await breaks_of(db) == []


async def test_what_is_rolled_back_leaves_no_gap(db: AsyncSession) -> None:
    await add(db, 1)
    db.add(make_entry())
    await db.flush()
    await db.rollback()
    await add(db, 1)
    assert await breaks_of(db) == []


@pytest.mark.parametrize(
    ("change", "number", "kind"),
    [
        ("UPDATE log_entries SET action = 'restore' WHERE number = 2", 2, "hash"),
        ("UPDATE log_entries SET at = at + interval '1 microsecond' WHERE number = 2", 2, "hash"),
        ('UPDATE log_entries SET item = \'{"kind": "person"}\' WHERE number = 2', 2, "hash"),
        ("UPDATE log_entries SET explanation = 'For another reason.' WHERE number = 2", 2, "word"),
        ("UPDATE log_entries SET moderator_name = 'Otto' WHERE number = 2", 2, "word"),
        ("UPDATE log_entries SET explanation = NULL, explanation_salt = NULL WHERE number = 2", 2, "redaction"),
        ("DELETE FROM log_entries WHERE number = 2", 3, "gap"),
        ("DELETE FROM log_entries WHERE number = 1", 2, "gap"),
        ("UPDATE log_entries SET previous_hash = repeat('1', 64) WHERE number = 2", 2, "link"),
        ("UPDATE log_entries SET hash = NULL WHERE number = 4", None, "unsealed"),
    ],
)
async def test_change_is_found_at_its_entry(
    db: AsyncSession, database_url: str, change: str, number: int | None, kind: str
) -> None:
    await add(db, 4)
    break_it(database_url, change)
    found = await breaks_of(db)
    assert (found[0].number, found[0].kind) == (number, kind)


async def test_log_that_was_written_anew_differs_from_its_published_head(db: AsyncSession, database_url: str) -> None:
    await add(db, 3)
    pinned = str(await db.scalar(text("SELECT hash FROM log_entries WHERE number = 2")))
    await db.rollback()
    break_it(database_url, "TRUNCATE log_entries")
    await add(db, 3)
    assert await breaks_of(db) == []
    assert [(found.number, found.kind) for found in await breaks_of(db, n2=pinned)] == [(2, "head")]


async def test_end_that_was_cut_off_misses_its_published_head(db: AsyncSession, database_url: str) -> None:
    await add(db, 3)
    pinned = str(await db.scalar(text("SELECT hash FROM log_entries WHERE number = 3")))
    await db.rollback()
    break_it(database_url, "DELETE FROM log_entries WHERE number = 3")
    assert [(found.number, found.kind) for found in await breaks_of(db, n3=pinned)] == [(3, "head")]


async def test_redaction_keeps_the_chain_and_is_logged(db: AsyncSession) -> None:
    await add(db, 3)
    assert await redact_entries(db, [1, 3], ["explanation"], "Otto", "It named somebody.") == 2
    await db.commit()
    assert await redact_entries(db, [1], ["explanation"], "Otto", "Again.") == 0
    await db.commit()
    assert await breaks_of(db) == []
    columns = "moderator_name, explanation, explanation_salt, action, item"
    rows = (await db.execute(text(f"SELECT {columns} FROM log_entries ORDER BY number"))).all()
    assert [row.explanation for row in rows] == [None, f"{WORDS} 1", None, "It named somebody."]
    assert rows[0].explanation_salt is None
    assert rows[0].moderator_name == "Judith"
    assert (rows[3].moderator_name, rows[3].action) == ("Otto", "redact")
    assert rows[3].item == {"kind": "entries", "numbers": [1, 3], "fields": ["explanation"]}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_entries SET explanation = 'x'",
        "UPDATE log_entries SET explanation = NULL, explanation_salt = NULL",
        "UPDATE log_entries SET hash = repeat('0', 64)",
        "DELETE FROM log_entries",
        "TRUNCATE log_entries",
        "SELECT redact_log_entries(ARRAY[1], ARRAY['action'], 'Otto', 'why')",
        "INSERT INTO log_entries (number, action, item) VALUES (7, 'hide', '{}')",
    ],
)
async def test_database_refuses_any_other_change(db: AsyncSession, statement: str) -> None:
    await add(db, 1)
    with pytest.raises(DBAPIError, match=r"append-only|numbers its entries|only the words"):
        await db.execute(text(statement))


def verify_as_a_reader_would(document: dict[str, Any]) -> str:
    """The program of docs/LOG.md, word for word but for its input and output."""
    before = "0" * 64
    for entry in sorted(document["entries"], key=lambda entry: entry["number"]):
        chain = entry["chain"]
        assert chain["previous_hash"] == before
        if "committed" in chain:
            said = json.dumps(chain["committed"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            assert sha256(said.encode()).hexdigest() == chain["hash"]
            for word, salt in chain["salts"].items():
                if salt is not None:
                    assert sha256((salt + entry[word]).encode()).hexdigest() == chain["committed"][word + "_digest"]
        before = chain["hash"]
    return before


async def test_published_file_can_be_checked_by_anybody(db: AsyncSession, client: AsyncClient) -> None:
    await make_debate(db)
    draft = await make_debate(db, "draft", state=DebateState.DRAFT)
    await db.commit()
    await add(db, 3)
    db.add(make_entry(4, debate_id=draft.id, debate_slug="draft"))
    await db.commit()
    await redact_entries(db, [2], ["explanation", "moderator"], "Otto", "It named somebody.")
    await db.commit()
    document = (await client.get("/log.json")).json()
    head = verify_as_a_reader_would(document)
    assert document["head"] == {"number": 5, "hash": head}
    assert (await client.get("/log/head.json")).json()["head"] == document["head"]
    assert [entry["number"] for entry in document["entries"] if entry.get("withheld")] == [4]
    assert list(verify_file(document, Walk(heads={5: head}))) == []


async def test_file_that_was_changed_is_found_out(db: AsyncSession, client: AsyncClient) -> None:
    await add(db, 3)
    document = (await client.get("/log.json")).json()
    document["entries"][1]["explanation"] = "For another reason."
    assert [(found.number, found.kind) for found in verify_file(document, Walk())] == [(2, "word")]
    filtered = (await client.get("/log.json?before=3")).json()
    del filtered["entries"][1]
    assert list(verify_file(filtered, Walk())) == []
    filtered["entries"][0]["chain"]["committed"]["action"] = "restore"
    assert [(found.number, found.kind) for found in verify_file(filtered, Walk())] == [(2, "hash")]


async def test_head_of_each_day_is_published(db: AsyncSession, client: AsyncClient, tmp_path: Path) -> None:
    assert await publish_head(db, tmp_path) is None
    await add(db, 2)
    head = await publish_head(db, tmp_path)
    await add(db, 1)
    assert await publish_head(db, tmp_path) == head is not None
    await db.commit()
    lines = (tmp_path / HEADS_FILE).read_text().splitlines()
    assert [json.loads(line)["hash"] for line in lines] == [head.hash]
    assert head.hash in (await client.get("/log/head")).text
    assert (await client.get("/log/head.json")).json()["days"][0]["hash"] == head.hash
    feed = XmlTree.fromstring((await client.get("/log/heads.atom")).text)
    assert feed.findtext("{*}entry/{*}content") == f"2:{head.hash}"
    assert await published_heads(db, tmp_path) == {2: head.hash}


async def test_earliest_word_of_the_data_folder_counts(db: AsyncSession, tmp_path: Path) -> None:
    await add(db, 1)
    head = await publish_head(db, tmp_path)
    assert head is not None
    with (tmp_path / HEADS_FILE).open("a") as file:
        file.write(json.dumps({"day": "2999-01-01", "number": 1, "hash": "f" * 64}) + "\n")
    assert await published_heads(db, tmp_path) == {1: head.hash}


async def test_decision_without_an_entry_is_found(db: AsyncSession) -> None:
    decision = Decision(action=Action.HIDE, explanation="")
    db.add(decision)
    await db.flush()
    assert [found.row for found in await find_unlogged(db)] == [decision.id]


async def test_entry_with_a_number_below_one_is_found(db: AsyncSession, database_url: str) -> None:
    await add(db, 1)
    break_it(
        database_url,
        "INSERT INTO log_entries (number, hash, moderator_name, action, item, explanation) "
        "VALUES (-1, 'x', 'Judith', 'hide', '{}', 'It was never decided.')",
    )
    assert next((found.number, found.kind) for found in await breaks_of(db)) == (-1, "gap")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("action", "suspend"),
        ("at", "2020-01-01T00:00:00+00:00"),
        ("debate", "another"),
        ("item_kind", "person"),
        ("item_id", 99),
        ("house_rule", "law"),
        ("decision_url", "http://localhost/decisions/99"),
    ],
)
async def test_what_a_file_shows_beside_the_chain_is_compared_with_it(
    db: AsyncSession, client: AsyncClient, field: str, value: object
) -> None:
    await add(db, 2)
    document = (await client.get("/log.json")).json()
    assert list(verify_file(document, Walk())) == []
    document["entries"][0][field] = value
    found = list(verify_file(document, Walk()))
    assert [(each.number, each.kind) for each in found] == [(2, "shown")]
    assert field in found[0].words


async def test_decision_that_says_otherwise_than_its_entry_is_found(db: AsyncSession) -> None:
    decision = Decision(action=Action.HIDE, explanation="It attacks a person.")
    db.add(decision)
    await db.flush()
    db.add(make_entry(decision_id=decision.id, explanation=decision.explanation))
    await db.commit()
    assert await find_unlike_decisions(db) == []
    decision.explanation = "It praises a person."
    await db.commit()
    assert [(found.number, found.kind) for found in await find_unlike_decisions(db)] == [(1, "decision")]


async def test_words_are_taken_out_of_the_decision_too(db: AsyncSession) -> None:
    decision = Decision(action=Action.HIDE, explanation="It names a person.")
    db.add(decision)
    await db.flush()
    db.add(make_entry(decision_id=decision.id, explanation=decision.explanation))
    await db.commit()
    assert await take_out_words(db, [1], ["explanation"], "The host", "It named a person.") == 1
    await db.commit()
    await db.refresh(decision)
    assert decision.explanation == TAKEN_OUT
    assert await find_unlike_decisions(db) == []
    assert await breaks_of(db) == []
