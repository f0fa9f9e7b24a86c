"""Hosts word the essay anew: save, see, place by hand, publish, discard."""

import asyncio
import re

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import func, select

from app.doctor.examination import examine
from app.models import EssayRevision, Notification, NotificationKind, PlacementState, User
from tests.annotations.conftest import assert_sound
from tests.factories import ESSAY, make_user
from tests.revisions.conftest import MILL, SECOND, Mill
from tests.statements import counted_statements

EXACT, MOVED, FUZZY, ORPHAN = PlacementState


async def test_only_hosts_write_the_essay(client: AsyncClient, mill: Mill) -> None:
    assert (await client.get(f"{MILL}/essay/edit")).status_code == 303
    for path in ("edit", "draft"):
        assert (await mill.author_browser.get(f"{MILL}/essay/{path}")).status_code == 403
    answer = await mill.author_browser.post(f"{MILL}/essay/edit", data={"markdown": "Mine!", "version": 0, "base": 1})
    assert answer.status_code == 403
    assert "Mine!" in answer.text


async def test_the_editor_holds_the_essay_and_its_length(mill: Mill) -> None:
    page = (await mill.host_browser.get(f"{MILL}/essay/edit")).text
    assert "The river *needs* rest." in page
    assert f"it has {len(ESSAY)}." in page
    assert_sound(page)


async def test_a_saved_draft_is_kept_and_shown_with_what_it_would_do(mill: Mill) -> None:
    answer = await mill.save()
    assert answer.headers["location"] == f"{MILL}/essay/draft?done=draft_saved"
    page = (await mill.host_browser.get(f"{MILL}/essay/draft")).text
    assert "<ins>A preface for those who come late.</ins>" in page
    assert "Orphan because of this draft: 1 passage" in page
    assert "Fuzzy because of this draft: 1 passage" in page
    assert "Moved because of this draft: 1 passage" in page
    assert "1 argument, 1 note" in page
    assert_sound(page)
    assert SECOND.partition("\n")[0] in (await mill.host_browser.get(f"{MILL}/essay/edit")).text
    assert "A preface for" not in (await mill.host_browser.get(f"{MILL}/essay")).text


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("", "The essay has no text."),
        ("   \n\n***", "The essay has no text."),
        (ESSAY, "nothing has been changed yet"),
        ("a\x00b", "cannot be stored"),
        ("x" * 400_001, "At most 400,000 characters fit here; this has 400,001."),
        ("> " * 60 + "deep", "nested at most"),
    ],
    ids=["empty", "blank", "unchanged", "NUL", "huge", "deep"],
)
async def test_what_cannot_be_an_essay_is_said_beside_the_text(mill: Mill, markdown: str, words: str) -> None:
    answer = await mill.save(markdown, note="Kept?")
    assert answer.status_code == 422
    assert words in answer.text
    assert "Kept?" in answer.text
    assert await mill.draft() is None
    if len(markdown) < 1000:
        assert_sound(answer.text.replace("\x00", ""))


async def test_an_essay_that_came_from_a_file_is_known_to_be_unchanged(mill: Mill) -> None:
    mill.first.markdown = "\n" + ESSAY.replace("\n", "\r\n") + "\n"
    await mill.db.commit()
    answer = await mill.save(ESSAY)
    assert answer.status_code == 422
    assert "nothing has been changed yet" in answer.text


async def test_hosts_find_the_way_to_the_next_revision(client: AsyncClient, mill: Mill) -> None:
    address = f"{MILL}/essay/edit"
    assert address in (await mill.host_browser.get(f"{MILL}/essay/revisions")).text
    for other in (client, mill.author_browser):
        assert address not in (await other.get(f"{MILL}/essay/revisions")).text


async def test_who_has_not_seen_the_last_change_sees_both_texts(mill: Mill) -> None:
    await mill.save()
    answer = await mill.save("My own wording.", version="0")
    assert answer.status_code == 409
    assert "My own wording." in answer.text
    assert "A preface for those who come late." in answer.text
    assert 'name="version" value="1"' in answer.text
    assert_sound(answer.text)
    assert (await mill.save("My own wording.", version="1")).status_code == 303


async def test_a_published_revision_places_every_passage(client: AsyncClient, mill: Mill) -> None:
    await mill.save()
    answer = await mill.publish()
    assert answer.headers["location"] == f"{MILL}/essay/revisions/2?done=revised"
    revision = await mill.revision()
    assert (revision.note, revision.publisher_id) == ("A preface.", mill.host.id)
    states = [(await mill.placement(one)).state for one in (mill.note, mill.changed, mill.lost)]
    assert states == [MOVED, FUZZY, ORPHAN]
    assert await mill.draft() is None
    page = (await client.get(f"{MILL}/essay")).text
    assert "It feeds the town.</mark>" in page
    assert "1 passage no longer in the text" in page
    assert_sound(page)
    assert not [finding async for finding in examine(mill.db) if finding.count]


async def test_words_around_a_changed_passage_are_whole_or_left_out(mill: Mill) -> None:
    around = "Extraordinarily contradictory circumstances"
    await mill.save(SECOND.replace("The mill should stay here.", f"{around} before: the mill should stay here."))
    page = (await mill.host_browser.get(f"{MILL}/essay/draft")).text
    assert '<blockquote dir="auto">… circumstances before: <mark' in page


async def test_a_draft_is_not_blamed_for_what_was_so_before_it(mill: Mill) -> None:
    await mill.save()
    await mill.publish()
    await mill.save(SECOND + "\n\nOne more.")
    page = (await mill.host_browser.get(f"{MILL}/essay/draft")).text
    assert [re.findall(r"<td>(?:<a [^>]+>)?(\d+)", row) for row in re.findall(r"<tr><th scope=\"row\">.*", page)] == [
        ["0", "1", "1"], ["0", "1", "1"], ["0", "1", "2"], ["0", "0", "0"]
    ]  # fmt: skip
    assert "because of this draft:" not in page
    assert "So before this draft: 3 passages" in page
    assert_sound(page)
    await mill.save("Another preface.\n\n" + SECOND.replace("stay here", "stay there"))
    page = (await mill.host_browser.get(f"{MILL}/essay/draft")).text
    assert "Fuzzy because of this draft: 1 passage" in page
    assert "Moved because of this draft: 1 passage" in page
    assert "So before this draft: 1 passage<" in page


async def test_authors_of_orphans_are_told_once(mill: Mill, browser_of: object) -> None:
    await mill.save()
    await mill.publish()
    rows = (await mill.db.scalars(select(Notification).where(Notification.kind == NotificationKind.ORPHAN))).all()
    assert [row.user_id for row in rows] == [mill.lost.author_id]
    other = (await mill.db.scalars(select(User).where(User.id == mill.lost.author_id))).one()
    assert other.unread_count == 1
    browser = await browser_of(other)  # type: ignore[operator]
    assert "no longer has words that you wrote about" in (await browser.get("/notifications")).text
    opened = await browser.post(f"/notifications/{rows[0].id}/open")
    assert opened.headers["location"] == f"{MILL}/essay/orphans"


async def test_of_two_hosts_who_publish_at_once_one_is_told_of_the_other(mill: Mill) -> None:
    await mill.save()
    draft = await mill.draft()
    assert draft
    answers = await asyncio.gather(mill.publish(draft.version), mill.publish(draft.version))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    await mill.db.commit()
    assert await mill.db.scalar(select(func.count()).select_from(EssayRevision)) == 2


async def test_nobody_publishes_what_they_have_not_seen(mill: Mill) -> None:
    await mill.save()
    await mill.save(SECOND + "\n\nOne more.")
    answer = await mill.publish(1)
    assert answer.status_code == 409
    assert "The draft has changed since you saw it." in answer.text


async def test_a_discarded_draft_leaves_the_essay_as_it_was(mill: Mill) -> None:
    await mill.save()
    await mill.host_browser.post(f"{MILL}/essay/draft/discard", data={"version": "1"})
    assert await mill.draft() is None
    assert (await mill.host_browser.get(f"{MILL}/essay/draft")).status_code == 303
    assert (await mill.publish(1)).status_code == 409


async def test_a_passage_is_placed_by_hand_before_publishing(mill: Mill) -> None:
    await mill.save()
    url = f"{MILL}/essay/draft/passages/{mill.lost.passage_id}"
    page = (await mill.host_browser.get(f"{url}?paragraph=3")).text
    assert "Nobody has measured it.</mark>" in page
    assert "The wind needs praise." in page
    assert_sound(page)
    answer = await mill.host_browser.post(f"{url}?paragraph=3", data={"version": "1", "act": "place", "first": "1"})
    assert answer.headers["location"] == f"{MILL}/essay/draft?done=placed#passage-{mill.lost.passage_id}"
    assert "By hand" in (await mill.host_browser.get(f"{MILL}/essay/draft")).text
    await mill.publish()
    placement = await mill.placement(mill.lost)
    assert (placement.state, placement.is_by_hand, placement.placed_by_id) == (FUZZY, True, mill.host.id)
    text = (await mill.revision()).text
    assert text[placement.start : placement.end] == "The wind needs praise."


async def test_what_was_placed_by_hand_goes_with_its_words_and_is_taken_back(mill: Mill) -> None:
    await mill.save()
    url = f"{MILL}/essay/draft/passages/{mill.lost.passage_id}?paragraph=3"
    await mill.host_browser.post(url, data={"version": "1", "act": "place", "first": "1"})
    await mill.save("Another preface.\n\n" + SECOND)
    draft = await mill.draft()
    assert draft
    start = ("Another preface.\n\n" + SECOND.replace("*", "")).index("The wind")
    assert draft.places == {str(mill.lost.passage_id): [start, start + len("The wind needs praise.")]}
    await mill.host_browser.post(url, data={"version": str(draft.version), "act": "follow"})
    draft = await mill.draft()
    assert draft
    assert draft.places == {}


async def test_a_passage_is_left_as_an_orphan(mill: Mill) -> None:
    await mill.save()
    url = f"{MILL}/essay/draft/passages/{mill.changed.passage_id}"
    await mill.host_browser.post(url, data={"version": "1", "act": "nowhere"})
    await mill.publish()
    placement = await mill.placement(mill.changed)
    assert (placement.state, placement.placed_by_id) == (ORPHAN, mill.host.id)


async def test_wrong_words_are_asked_for_again(mill: Mill) -> None:
    await mill.save()
    url = f"{MILL}/essay/draft/passages/{mill.lost.passage_id}?paragraph=3"
    answer = await mill.host_browser.post(url, data={"version": "1", "act": "place", "exact": "not there"})
    assert answer.status_code == 422
    assert "not there" in answer.text
    assert_sound(answer.text)
    for wrong in (f"{mill.lost.passage_id}?paragraph=9", "999"):
        assert (await mill.host_browser.get(f"{MILL}/essay/draft/passages/{wrong}")).status_code == 404


async def test_a_draft_on_an_older_revision_is_saved_again_on_top(mill: Mill) -> None:
    await mill.save()
    await mill.publish()
    answer = await mill.save("Third wording.", base="1", version="0")
    assert answer.status_code == 409
    assert "The essay has changed meanwhile" in answer.text
    assert 'name="base" value="2"' in answer.text


async def test_the_review_takes_as_many_statements_whatever_points_at_the_essay(mill: Mill, app: FastAPI) -> None:
    await mill.save()
    counts = []
    for _ in range(2):
        with counted_statements(app) as statements:
            await mill.host_browser.get(f"{MILL}/essay/draft")
        counts.append(len(statements))
        await make_user(mill.db)
    assert counts[0] == counts[1]
