"""The list of a debate's notes and questions: what it shows, what its address asks for, how it goes on."""

from urllib.parse import quote

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import update

from app.annotations.listing import ANNOTATIONS_SHOWN, ListFilter
from app.models import Annotation, AnnotationKind, Placement, PlacementState
from tests.annotations.conftest import MILL, Mill, assert_sound
from tests.annotations.test_reading import copy_annotation, raise_version
from tests.factories import make_annotation, make_user
from tests.statements import counted_statements

LIST = f"{MILL}/annotations"
SAID = {
    "note": "This is well put.",
    "question": "Who counted?",
    "answered": "Who paid?",
    "resolved": "Which river?",
    "orphan": "A pretty word.",
}


@pytest.fixture
async def notes(mill: Mill) -> dict[str, Annotation]:
    """One of each, all by somebody else but the open question, which is the mill's author's; and three not listed."""
    db, other = mill.db, await make_user(mill.db, "other")
    kind = AnnotationKind.QUESTION
    made = {
        "note": await make_annotation(db, mill.debate, other, SAID["note"], tags=["style", "r&d"]),
        "question": await make_annotation(db, mill.debate, mill.author, SAID["question"], kind=kind, tags=["sources"]),
        "answered": await make_annotation(db, mill.debate, other, SAID["answered"], kind=kind, tags=["sources"]),
        "resolved": await make_annotation(db, mill.debate, other, SAID["resolved"], "river", kind=kind),
        "orphan": await make_annotation(db, mill.debate, other, SAID["orphan"], "Nobody"),
    }
    await make_annotation(db, mill.debate, mill.author, "The town did.", parent=made["answered"])
    made["resolved"].resolved_at = made["resolved"].created_at
    gone = {"state": PlacementState.ORPHAN, "start": None, "end": None, "paragraph_number": None}
    await db.execute(update(Placement).where(Placement.passage_id == made["orphan"].passage_id).values(gone))
    withdrawn = await make_annotation(db, mill.debate, mill.author, "Taken back.", tags=["regret"])
    withdrawn.withdrawn_at = withdrawn.created_at
    await raise_version(mill)
    return made


def shown(page: str) -> set[str]:
    return {name for name, words in SAID.items() if words in page}


async def test_the_newest_comes_first_with_its_words_its_author_and_the_ways_on(
    client: AsyncClient, mill: Mill, notes: dict[str, Annotation]
) -> None:
    page = (await client.get(LIST)).text
    places = [page.index(words) for words in reversed(SAID.values())]
    assert places == sorted(places)
    note = notes["note"]
    for part in (
        '<blockquote class="marked-words" dir="auto">feeds the town</blockquote>', f'href="{LIST}/{note.id}"',
        f'href="{MILL}/essay#passage-{note.passage_id}"', 'href="/people/other"', "1 reply</a>", "Resolved</span>",
        "The essay no longer has these words", "2 notes<", "3 questions,", "1 unanswered</a>",
    ):  # fmt: skip
        assert part in page
    assert "Taken back." not in page
    assert "The town did." not in page
    assert_sound(page)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", set(SAID)),
        ("kind=note", {"note", "orphan"}),
        ("kind=question", {"question", "answered", "resolved"}),
        ("show=unanswered", {"question"}),
        ("show=resolved", {"resolved"}),
        ("show=unresolved", {"note", "question", "answered", "orphan"}),
        ("show=orphan", {"orphan"}),
        ("show=mine", {"question"}),
        ("tag=sources", {"question", "answered"}),
        ("tag=%23Sources&show=unanswered", {"question"}),
        (f"tag={quote('r&d')}", {"note"}),
        ("tag=unused", set()),
    ],
)
async def test_only_what_is_asked_for_is_listed(
    mill: Mill, notes: dict[str, Annotation], query: str, expected: set[str]
) -> None:
    page = (await mill.browser.get(f"{LIST}?{query}")).text
    assert shown(page) == expected
    assert ("Nothing on this essay is of this kind." in page) == (not expected)
    assert_sound(page)


async def test_the_most_used_tags_are_listed_with_how_many_use_them(
    client: AsyncClient, notes: dict[str, Annotation]
) -> None:
    page = (await client.get(f"{LIST}?tag=sources")).text
    assert 'tag=sources" aria-current="true"><bdi>sources</bdi> <span class="tag-count">2<' in page
    assert page.index("<bdi>sources</bdi> <") < page.index("<bdi>style</bdi> <")
    assert 'href="/debates/mill/annotations?tag=r%26d"' in page
    assert "regret" not in page


async def test_older_ones_follow_by_links_and_nothing_is_listed_twice(client: AsyncClient, mill: Mill) -> None:
    annotation = await make_annotation(mill.db, mill.debate, mill.author)
    await copy_annotation(mill, annotation, ANNOTATIONS_SHOWN)
    await raise_version(mill)
    first = (await client.get(f"{LIST}?kind=note")).text
    assert first.count('<li id="annotation-') == ANNOTATIONS_SHOWN
    assert f'href="{LIST}?kind=note&amp;before={annotation.id + 1}">Older ones' in first
    second = (await client.get(f"{LIST}?kind=note&before={annotation.id + 1}")).text
    assert second.count('<li id="annotation-') == 1
    assert f'href="{LIST}?kind=note">From the newest' in second
    assert "There is nothing older than this." in (await client.get(f"{LIST}?before=1")).text
    assert (await client.get(f"{LIST}?before=0")).status_code == 422


async def test_a_list_without_notes_leads_to_the_essay(client: AsyncClient, mill: Mill) -> None:
    page = (await client.get(LIST)).text
    assert "Nobody has left a note or a question yet." in page
    assert "<select" not in page
    assert_sound(page)


@pytest.mark.parametrize("query", ["kind=argument", "show=%F0%9F%8C%B6", "tag=a,b", "tag=%00", f"tag={'x' * 31}"])
async def test_what_an_address_asks_for_in_vain_is_said_and_left_out(
    client: AsyncClient, notes: dict[str, Annotation], query: str
) -> None:
    answer = await client.get(f"{LIST}?{query}")
    assert answer.status_code == 200
    assert "The address asks for" in answer.text
    assert shown(answer.text) == set(SAID)


async def test_a_visitor_has_nothing_of_their_own(
    client: AsyncClient, mill: Mill, notes: dict[str, Annotation]
) -> None:
    page = (await client.get(f"{LIST}?show=mine")).text
    assert "your own notes, which takes an account" in page
    mine = await mill.browser.get(f"{LIST}?show=mine")
    assert mine.headers["cache-control"] == "no-store"


async def test_programs_are_sent_on_to_the_container_and_the_container_stays_theirs(
    client: AsyncClient, mill: Mill
) -> None:
    answer = await client.get(LIST, headers={"Accept": "application/ld+json"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{LIST}/")
    assert "Accept" in answer.headers["vary"]
    page = await client.get(LIST, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.headers["content-type"].startswith("text/html")
    assert "Accept" in page.headers["vary"]
    container = await client.get(f"{LIST}/", headers={"Accept": "text/html"})
    assert container.headers["content-type"].startswith("application/ld+json")


async def test_the_list_takes_as_many_statements_at_500_notes_as_at_5(
    client: AsyncClient, mill: Mill, app: FastAPI
) -> None:
    counts = []
    for more in (4, 494):
        await copy_annotation(mill, await make_annotation(mill.db, mill.debate, mill.author), more)
        await raise_version(mill)
        with counted_statements(app) as statements:
            assert (await client.get(LIST)).status_code == 200
            assert (await mill.browser.get(f"{LIST}?show=mine")).status_code == 200
            made = len(statements)
            assert (await client.get(LIST)).status_code == 200
        assert len(statements) == made
        counts.append(made)
    assert counts[0] == counts[1]


def test_few_different_pages_come_of_any_address() -> None:
    keys = {ListFilter.parse(each, each, f"{each},{each}y").key for each in ("x", "y", "\0", "z" * 1000)}
    assert len(keys) == 1
