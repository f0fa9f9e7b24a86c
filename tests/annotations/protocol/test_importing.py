"""Annotations from files: what comes out goes in again, what is known is recognised, and what is wrong is named."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.annotations.protocol.export import export_annotations
from app.annotations.protocol.importing import Imported, find_items, import_annotations
from app.annotations.protocol.places import Places
from app.annotations.protocol.problems import Problem
from app.db import make_engine
from app.markdown import clean_line, clean_text, shows_something
from app.models import Annotation, AnnotationKind, AnnotationRevision, Debate, User
from tests.annotations.conftest import Mill
from tests.annotations.protocol.conftest import PLACES, Json, annotate, hide
from tests.conftest import ORIGIN
from tests.factories import make_annotation, make_debate, make_user

QUOTE = {"type": "TextQuoteSelector", "exact": "feeds the town", "prefix": "It ", "suffix": "."}
NOTE: Json = {
    "id": "https://elsewhere.example/1",
    "type": "Annotation",
    "creator": {"name": "Ada"},
    "created": "2020-02-29T12:00:00Z",
    "body": {"type": "TextualBody", "value": "Who counted?"},
    "target": {"source": "https://elsewhere.example/essay", "selector": QUOTE},
}
REPLY: Json = {
    "id": "https://elsewhere.example/2",
    "type": "Annotation",
    "motivation": "replying",
    "creator": "Bob",
    "body": {"type": "TextualBody", "value": "I did."},
    "target": "https://elsewhere.example/1",
}


async def export(db: AsyncSession, debate: Debate, places: Places) -> Json:
    @asynccontextmanager
    async def reader() -> AsyncIterator[AsyncSession]:
        yield db

    pieces = [piece async for piece in export_annotations(reader, debate.id, places)]
    document: Json = json.loads(b"".join(pieces))
    return document


async def bring_in(mill: Mill, *items: object) -> Imported:
    return await import_annotations(mill.db, mill.debate.id, mill.author.id, PLACES, find_items(list(items)))


async def all_of(mill: Mill) -> list[Annotation]:
    return list(await mill.db.scalars(select(Annotation).order_by(Annotation.id)))


# Out and in again


@pytest.fixture(scope="module")
async def session(shared_database_url: str) -> AsyncIterator[AsyncSession]:
    engine = make_engine(shared_database_url.replace("postgresql://", "postgresql+psycopg://", 1), 1)
    async with AsyncSession(engine, expire_on_commit=False) as db:
        yield db
    await engine.dispose()


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
SAID = st.fixed_dictionaries(
    {
        "body": WORDS.map(clean_text).filter(shows_something),
        "kind": st.sampled_from(list(AnnotationKind)),
        "exact": st.sampled_from(["The mill", "feeds the town", "It", "The river needs rest. Nobody", "e", "it."]),
        "tags": st.lists(st.sampled_from(["grain", "l’eau", "水", "two words"]), max_size=5, unique=True),
        "name": st.none() | WORDS.map(clean_line).filter(bool),
        "canonical": st.none() | st.sampled_from(["urn:uuid:1", "https://a.example/x#y"]),
        "parent": st.integers(0, 9),
    }
)


async def write(db: AsyncSession, debate: Debate, people: dict[str, User], said: list[dict[str, Any]]) -> None:
    """Each said once; a reply answers a note or a question, or there is none."""
    notes: list[Annotation] = []
    seen = set()
    for number, one in enumerate(said):
        is_reply = one["kind"] == AnnotationKind.REPLY
        parent = notes[one["parent"] % len(notes)] if is_reply and notes else None
        key = (one["kind"], parent and parent.id, None if parent else one["exact"], one["body"], one["name"])
        if (is_reply and parent is None) or key in seen:
            continue
        seen.add(key)
        name = one["name"]
        if name is not None and name not in people:
            people[name] = await make_user(db, f"person-{len(people)}-{id(people)}", display_name=name)
        annotation = await make_annotation(db, debate, people[name] if name else None, one["body"], one["exact"])
        annotation.created_at = datetime(2026, 1, 1, 0, 0, number, tzinfo=UTC)
        annotation.kind, annotation.parent_id = one["kind"], parent.id if parent else None
        annotation.canonical_iri = f"{one['canonical']}{number}" if one["canonical"] else None
        if parent is None:
            annotation.tags = one["tags"]
            notes.append(annotation)
        else:
            annotation.passage_id = parent.passage_id
        await db.flush()


def content_of(document: Json) -> list[Json]:
    """All but what differs by nature: addresses, and whether a name is an account's. Notes first, then replies."""
    items = document["first"]["items"] if document["total"] else []
    order = {
        item["id"]: number for number, item in enumerate(sorted(items, key=lambda i: isinstance(i["target"], str)))
    }
    contents = [
        {
            **{name: item.get(name) for name in ("motivation", "body", "created", "canonical")},
            "creator": item.get("creator", {}).get("name"),
            "target": order.get(item["target"]) if isinstance(item["target"], str) else item["target"]["selector"],
        }
        for item in sorted(items, key=lambda item: order[item["id"]])
    ]
    assert document["total"] == len(items)
    return contents


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(said=st.lists(SAID, max_size=10))
async def test_what_was_exported_comes_in_as_it_was_and_a_second_time_not_at_all(
    session: AsyncSession, said: list[dict[str, Any]]
) -> None:
    try:
        first, second = await make_debate(session, "mill"), await make_debate(session, "dam")
        importer = await make_user(session, "importer")
        await write(session, first, {}, said)
        exported = await export(session, first, Places(ORIGIN, "/debates/mill"))
        places = Places("https://elsewhere.example", "/debates/dam")
        imported = await import_annotations(session, second.id, importer.id, places, find_items(exported))
        assert (imported.added, imported.known, imported.refused) == (exported["total"], 0, [])
        again = await export(session, second, places)
        assert content_of(again) == content_of(exported)
        for document in (exported, again):
            imported = await import_annotations(session, second.id, importer.id, places, find_items(document))
            assert (imported.added, imported.known) == (0, exported["total"])
    finally:
        await session.rollback()


async def test_an_export_of_several_batches_holds_everything_once(mill: Mill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.annotations.protocol.export.BATCH", 2)
    made = [await annotate(mill, f"Note {number}") for number in range(4)]
    document = await export(mill.db, mill.debate, PLACES)
    assert [item["id"] for item in document["first"]["items"]] == [PLACES.annotation(one.id) for one in made]
    assert document["total"] == 4


# What is kept of what comes in


async def test_an_imported_annotation_keeps_name_and_date_and_an_account_answers_for_it(mill: Mill) -> None:
    people = len((await mill.db.scalars(select(User))).all())
    imported = await bring_in(mill, NOTE)
    assert (imported.added, imported.refused) == (1, [])
    [annotation] = await all_of(mill)
    assert annotation.author_id == mill.author.id
    assert annotation.source_creator == "Ada"
    assert annotation.source_iri == NOTE["id"]
    assert annotation.source_created_at == datetime(2020, 2, 29, 12, tzinfo=UTC)
    assert len((await mill.db.scalars(select(User))).all()) == people
    assert (await mill.db.scalars(select(AnnotationRevision.body_markdown))).all() == ["Who counted?"]
    await mill.db.commit()
    assert await mill.count() == 1


async def test_pages_say_who_wrote_it_and_who_brought_it_in(mill: Mill, client: AsyncClient) -> None:
    await bring_in(mill, NOTE | {"creator": {"name": "<i>Ada</i>"}})
    await mill.db.commit()
    [annotation] = await all_of(mill)
    for path in ("essay", f"annotations/{annotation.id}"):
        page = (await client.get(f"/debates/mill/{path}")).text
        assert "<bdi>&lt;i&gt;Ada&lt;/i&gt;</bdi>, brought in by" in page


async def test_replies_find_what_they_answer_whatever_the_order(mill: Mill) -> None:
    imported = await bring_in(mill, REPLY, NOTE)
    assert imported.added == 2
    note, reply = await all_of(mill)
    assert (reply.parent_id, reply.kind, reply.source_creator) == (note.id, AnnotationKind.REPLY, "Bob")
    await mill.db.refresh(note)
    assert note.reply_count == 1
    later = REPLY | {"id": "https://elsewhere.example/3", "body": {"type": "TextualBody", "value": "When?"}}
    assert (await bring_in(mill, later)).added == 1


async def test_two_people_who_say_the_same_are_two(mill: Mill) -> None:
    imported = await bring_in(mill, NOTE, NOTE | {"id": "https://elsewhere.example/9", "creator": {"name": "Bob"}})
    assert imported.added == 2


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"id": "https://other.example/1", "via": NOTE["id"], "body": {"type": "TextualBody", "value": "Reworded."}},
        {"id": None},
        {"id": "https://other.example/1"},
    ],
)
async def test_what_is_known_by_a_name_or_by_what_it_says_is_recognised(mill: Mill, change: Json) -> None:
    await bring_in(mill, NOTE)
    same = {name: value for name, value in (NOTE | change).items() if value is not None}
    imported = await bring_in(mill, same, REPLY)
    assert (imported.added, imported.known) == (1, 1)


async def test_what_moderators_have_hidden_does_not_come_back(mill: Mill) -> None:
    annotation = await annotate(mill, "Xylophone")
    exported = await export(mill.db, mill.debate, PLACES)
    await hide(mill, annotation)
    imported = await import_annotations(mill.db, mill.debate.id, mill.author.id, PLACES, find_items(exported))
    assert (imported.added, imported.known) == (0, 1)


async def test_words_of_another_wording_are_found_again_or_named(mill: Mill) -> None:
    moved = {"type": "TextPositionSelector", "start": 3, "end": 17}
    gone = QUOTE | {"exact": "quite different words", "prefix": "", "suffix": ""}
    imported = await bring_in(
        mill,
        NOTE | {"target": {"source": "x:y", "selector": [QUOTE, moved]}},
        NOTE | {"id": "https://elsewhere.example/9", "target": {"source": "x:y", "selector": gone}},
    )
    assert imported.added == 1
    [refused] = imported.refused
    assert refused.name == "annotation 2 (https://elsewhere.example/9)"
    assert refused.reason.startswith("/1/target/selector: These words were not found")


async def test_each_that_cannot_be_brought_in_is_named_with_its_reason(mill: Mill) -> None:
    long = {"type": "TextualBody", "value": "x" * 6_000}
    imported = await bring_in(mill, "no annotation", NOTE | {"body": long}, REPLY | {"target": "x:unknown"}, NOTE)
    assert imported.added == 1
    assert [(one.name.split(" (")[0], one.reason.split(": ")[0]) for one in imported.refused] == [
        ("annotation 1", "/0"), ("annotation 2", "/body"), ("annotation 3", "/2/target")
    ]  # fmt: skip


# Files


def test_every_form_of_file_is_read() -> None:
    page = {"type": "AnnotationPage", "items": [NOTE]}
    for document in (NOTE, [NOTE], page, {"type": "AnnotationCollection", "total": 1, "first": page}):
        assert [item for _, item in find_items(document)] == [NOTE]
    assert find_items({"type": "AnnotationCollection", "total": 0}) == []


@pytest.mark.parametrize(
    "document",
    [
        None,
        7,
        {"type": "AnnotationCollection", "first": "https://elsewhere.example/page1"},
        {"type": "AnnotationCollection", "first": {"items": [NOTE], "next": "https://elsewhere.example/page2"}},
        {"type": "AnnotationPage", "items": [NOTE], "next": "https://elsewhere.example/page2"},
    ],
)
def test_a_file_that_holds_only_a_part_is_refused(document: object) -> None:
    with pytest.raises(Problem):
        find_items(document)
