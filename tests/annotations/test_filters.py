"""The essay shows the notes that the address asks for."""

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import select

from app.annotations.filters import NoteFilter
from app.models import AnnotationKind, Position
from tests.annotations.conftest import MILL, Mill, assert_sound
from tests.factories import cite, make_annotation, make_argument, make_passage, make_user
from tests.statements import counted_statements

SAID = {
    "argument": "It feeds them.",
    "answered": "It always has.",
    "note": "This is well put.",
    "question": "Who counted?",
}


@pytest.fixture
async def notes(mill: Mill) -> None:
    """Arguments of side 2, unanswered, and of side 1, answered; a resolved note; a question by the author."""
    db, other = mill.db, await make_user(mill.db)
    sides = {side.number: side for side in await db.scalars(select(Position))}
    for number, claim, words in ((2, SAID["argument"], "feeds the town"), (1, SAID["answered"], "should stay")):
        argument = await make_argument(db, mill.debate, other, position=sides[number], claim=claim)
        await cite(db, argument, await make_passage(db, mill.revision, words))
        if number == 1:
            await make_argument(db, mill.debate, other, parent=argument)
    note = await make_annotation(db, mill.debate, other, body=SAID["note"], exact="river needs rest")
    note.resolved_at = note.created_at
    question = await make_annotation(
        db, mill.debate, mill.author, body=SAID["question"], exact="Nobody has measured it"
    )
    question.kind = AnnotationKind.QUESTION
    mill.debate.version += 1
    await db.commit()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"argument", "answered", "note", "question"}),
        ("position=2", {"argument"}),
        ("kind=argument", {"argument", "answered"}),
        ("kind=question", {"question"}),
        ("show=unanswered", {"argument", "question"}),
        ("show=unanswered&kind=argument&position=1", set()),
        ("show=unresolved", {"question"}),
        ("show=mine", {"question"}),
    ],
)
async def test_only_what_is_asked_for_is_shown(mill: Mill, notes: None, query: str, shown: set[str]) -> None:
    page = (await mill.browser.get(f"{MILL}/essay?{query}")).text
    assert {name for name, words in SAID.items() if f"{words}</span>" in page} == shown
    assert ("Nothing on this essay is of this kind." in page) == (not shown)
    assert_sound(page)


async def test_what_is_not_shown_is_not_marked_but_its_address_still_leads_there(mill: Mill, notes: None) -> None:
    page = (await mill.browser.get(f"{MILL}/essay?kind=question")).text
    assert page.partition("<article")[2].count("<mark") == 1
    assert page.count('id="passage-') == 4


@pytest.mark.parametrize("query", ["position=9", "position=3", "kind=poem", "show=%F0%9F%8C%B6", "kind=%00"])
async def test_what_an_address_asks_for_in_vain_is_said_and_left_out(mill: Mill, notes: None, query: str) -> None:
    answer = await mill.browser.get(f"{MILL}/essay?{query}")
    assert answer.status_code == 200
    assert "The address asks for" in answer.text


async def test_a_visitor_has_nothing_of_their_own(client: AsyncClient, mill: Mill, notes: None) -> None:
    page = (await client.get(f"{MILL}/essay?show=mine")).text
    assert "your own notes, which takes an account" in page
    assert "/sign-in?next=" in page


async def test_a_filtered_page_is_kept_and_ones_own_is_not(
    client: AsyncClient, mill: Mill, notes: None, app: FastAPI
) -> None:
    await client.get(f"{MILL}/essay?kind=note")
    with counted_statements(app) as statements:
        await client.get(f"{MILL}/essay?kind=note")
    assert statements == []
    mine = await mill.browser.get(f"{MILL}/essay?show=mine")
    assert mine.headers["cache-control"] == "no-store"


def test_few_different_pages_come_of_any_address() -> None:
    keys = {NoteFilter.parse(each, each, each).key for each in ("x", "y", "\0", "z" * 1000)}
    assert len(keys) == 1
