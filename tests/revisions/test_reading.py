"""Readers see every revision, what it changed, and what has lost its place; those concerned place it again."""

from collections.abc import Awaitable, Callable

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from app.models import PlacementState, User
from tests.annotations.conftest import assert_sound
from tests.factories import make_annotation, make_user
from tests.revisions.conftest import MILL, SECOND, Mill
from tests.statements import counted_statements

EXACT, MOVED, FUZZY, ORPHAN = PlacementState
BrowserOf = Callable[[User], Awaitable[AsyncClient]]


@pytest.fixture
async def revised(mill: Mill) -> Mill:
    await mill.save()
    await mill.publish()
    return mill


async def test_revisions_are_listed_with_their_counts(client: AsyncClient, revised: Mill) -> None:
    page = (await client.get(f"{MILL}/essay/revisions")).text
    for words in ("Revision 2</a>, the newest", "A preface.", "1 moved", "1 fuzzy", "1 orphan", "3 exact"):
        assert words in page
    assert_sound(page)


async def test_an_old_revision_shows_its_annotations_as_they_stood(client: AsyncClient, revised: Mill) -> None:
    page = (await client.get(f"{MILL}/essay/revisions/1")).text
    assert "This is revision 1 of 2" in page
    assert page.count("</mark>") >= 3
    assert "Nobody has measured it.</mark>" in page
    assert "/annotate" not in page
    assert_sound(page)
    newest = (await client.get(f"{MILL}/essay/revisions/2")).text
    assert "This is the newest revision." in newest
    assert (await client.get(f"{MILL}/essay/revisions/3")).status_code == 404


async def test_what_a_revision_changed_can_be_read(client: AsyncClient, revised: Mill) -> None:
    page = (await client.get(f"{MILL}/essay/revisions/2/changes")).text
    assert "<ins>A preface for those who come late.</ins>" in page
    assert_sound(page)
    back = (await client.get(f"{MILL}/essay/revisions/1/changes?since=2")).text
    assert "<del>A preface for those who come late.</del>" in back
    for path in ("1/changes", "2/changes?since=9"):
        assert (await client.get(f"{MILL}/essay/revisions/{path}")).status_code == 404


async def test_an_annotation_says_how_it_stands(client: AsyncClient, revised: Mill) -> None:
    moved = (await client.get(f"{MILL}/annotations/{revised.note.id}")).text
    assert "Moved in the text" in moved
    assert "Its words are unchanged" in moved
    fuzzy = (await client.get(f"{MILL}/annotations/{revised.changed.id}")).text
    assert "Other words stand here now:" in fuzzy
    assert fuzzy.count(" % ") == 1
    assert '<mark class="passage">The mill should stay.</mark>' in fuzzy
    assert 'The essay reads there now: “<span dir="auto">The mill should stay here.</span>”' in fuzzy
    assert "reads there now" not in moved
    passage = (await client.get(f"{MILL}/passages/{revised.changed.passage_id}")).text
    assert "When it was marked it read: “The mill should stay.”" in passage
    assert_sound(passage)


async def test_orphans_stand_beside_the_text_as_it_is_now(client: AsyncClient, revised: Mill) -> None:
    page = (await client.get(f"{MILL}/essay/orphans")).text
    assert f'id="passage-{revised.lost.passage_id}"' in page
    assert "Nobody has measured it.</mark>" in page
    assert "Revision 1, paragraph 2" in page
    assert "The wind needs praise." in page
    assert_sound(page)
    assert (await client.get(f"{MILL}/essay/orphans?page=2")).status_code == 404


async def test_orphans_of_one_paragraph_share_it(client: AsyncClient, mill: Mill) -> None:
    short = await make_annotation(mill.db, mill.debate, mill.author, exact="has measured")
    await mill.save("Something quite different.\n\nXyz.")
    await mill.publish()
    page = (await client.get(f"{MILL}/essay/orphans")).text
    assert page.count("Revision 1, paragraph 2") == 1
    assert page.count("Revision 1, paragraph 1") == 1
    assert page.count("in its place; no paragraph is like it") == 2
    assert "the most like it" not in page
    for note in (mill.lost, short):
        assert f'<li id="passage-{note.passage_id}"' in page
    assert_sound(page)


async def test_only_those_who_may_place_a_passage_are_led_to_the_form(
    client: AsyncClient, revised: Mill, browser_of: BrowserOf
) -> None:
    other = await browser_of(await revised.db.get_one(User, revised.lost.author_id))
    pages = [f"passages/{revised.lost.passage_id}", f"annotations/{revised.lost.id}", "essay/orphans"]
    link = f'href="{MILL}/passages/{revised.lost.passage_id}/place"'
    for page in pages:
        for browser, is_led in (
            (client, False), (revised.author_browser, False), (other, True), (revised.host_browser, True)
        ):  # fmt: skip
            assert (link in (await browser.get(f"{MILL}/{page}")).text) == is_led
    assert (
        f"{MILL}/passages/{revised.note.passage_id}/place"
        not in (await revised.host_browser.get(f"{MILL}/passages/{revised.note.passage_id}")).text
    )


async def test_an_essay_without_orphans_says_so(client: AsyncClient, mill: Mill) -> None:
    assert "no passage has lost its words" in (await client.get(f"{MILL}/essay/orphans")).text


async def test_an_author_places_an_orphan_again(client: AsyncClient, revised: Mill, browser_of: BrowserOf) -> None:
    other = await revised.db.get_one(User, revised.lost.author_id)
    browser = await browser_of(other)
    url = f"{MILL}/passages/{revised.lost.passage_id}/place"
    assert_sound((await browser.get(url)).text)
    answer = await browser.post(f"{url}?paragraph=3", data={"version": "2", "act": "place", "exact": "needs praise"})
    assert answer.headers["location"] == f"{MILL}/passages/{revised.lost.passage_id}?done=placed"
    placement = await revised.placement(revised.lost)
    assert (placement.state, placement.is_by_hand, placement.placed_by_id) == (FUZZY, True, other.id)
    page = (await client.get(f"{MILL}/passages/{revised.lost.passage_id}")).text
    assert "Placed by hand by <bdi>Other</bdi> on other words: " in page
    assert "no longer in the text" not in (await client.get(f"{MILL}/essay")).text
    await browser.post(url, data={"version": "2", "act": "nowhere"})
    assert (await revised.placement(revised.lost)).state == ORPHAN


@pytest.mark.parametrize(
    "page", ["essay", "essay/print", "paragraphs/3", "annotations", "annotations/{note}", "essay/revisions/2"]
)
async def test_every_page_says_what_was_placed_by_hand_and_how_alike_it_is(
    client: AsyncClient, revised: Mill, page: str
) -> None:
    url = f"{MILL}/passages/{revised.lost.passage_id}/place?paragraph=3"
    await revised.host_browser.post(url, data={"version": "2", "act": "place", "exact": "needs praise"})
    html = (await client.get(f"{MILL}/{page.format(note=revised.lost.id)}")).text
    score = round(100 * (await revised.placement(revised.lost)).score)
    assert f"Placed by hand by <bdi>Host</bdi> on other words: {score} % alike" in html
    assert_sound(html)


async def test_the_same_words_placed_by_hand_are_said_to_be_the_same(client: AsyncClient, revised: Mill) -> None:
    placement = await revised.placement(revised.note)
    placement.is_by_hand, placement.placed_by_id = True, revised.host.id
    revised.debate.version += 1
    await revised.db.commit()
    for page in ("essay", "essay/print", f"passages/{revised.note.passage_id}"):
        html = (await client.get(f"{MILL}/{page}")).text
        assert "Placed by hand by <bdi>Host</bdi> on the same words" in html


async def test_others_do_not_place_it_and_words_that_stand_are_not_placed(client: AsyncClient, revised: Mill) -> None:
    place = {"version": "2", "act": "place", "first": "1"}
    lost = f"{MILL}/passages/{revised.lost.passage_id}/place"
    assert (await revised.author_browser.get(lost)).status_code == 403
    assert (await revised.author_browser.post(lost, data=place)).status_code == 403
    standing = f"{MILL}/passages/{revised.note.passage_id}/place"
    assert (await revised.author_browser.post(standing, data=place)).status_code == 409
    assert (await revised.host_browser.post(lost, data={**place, "version": "1"})).status_code == 409
    assert (await revised.host_browser.post(f"{MILL}/passages/999/place", data=place)).status_code == 404


async def test_a_place_by_hand_is_kept_by_the_next_revision(revised: Mill) -> None:
    url = f"{MILL}/passages/{revised.lost.passage_id}/place?paragraph=3"
    await revised.host_browser.post(url, data={"version": "2", "act": "place", "first": "1"})
    await revised.save("Yet another preface.\n\n" + SECOND)
    await revised.publish()
    placement = await revised.placement(revised.lost, 3)
    text = (await revised.revision(3)).text
    assert text[placement.start : placement.end] == "The wind needs praise."
    assert placement.is_by_hand


async def test_pages_take_as_many_statements_with_many_orphans(
    client: AsyncClient, revised: Mill, app: FastAPI
) -> None:
    counts = []
    for word in ("preface", "late", "praise"):
        with counted_statements(app) as statements:
            for path in ("essay/orphans", "essay/revisions", "essay/revisions/1", "essay/revisions/2/changes"):
                assert (await client.get(f"{MILL}/{path}")).status_code == 200
        counts.append(len(statements))
        await make_annotation(revised.db, revised.debate, await make_user(revised.db), exact=word)
        revised.debate.version += 1
        await revised.db.commit()
    assert len(set(counts)) == 1
