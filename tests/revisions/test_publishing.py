"""What publishing keeps, whatever happens at the same time."""

import asyncio

from httpx import AsyncClient
from sqlalchemy import func, select, text

from app.db import touch_debate
from app.doctor.examination import examine
from app.models import (
    Annotation,
    Argument,
    Citation,
    DebateRole,
    DebateRoleKind,
    EssayRevision,
    Passage,
    Placement,
    PlacementState,
)
from app.revisions.commands import publish_wording
from app.revisions.draft_commands import find_newest
from tests.factories import ESSAY, make_annotation, make_user
from tests.revisions.conftest import MILL, SECOND, Mill

KEPT = (Annotation, Argument, Citation, Passage, EssayRevision)


async def counts(mill: Mill) -> list[int]:
    await mill.db.commit()
    return [await mill.db.scalar(select(func.count()).select_from(model)) or 0 for model in KEPT]


async def assert_sound_rows(mill: Mill) -> None:
    await mill.db.commit()
    assert [finding.name async for finding in examine(mill.db) if finding.count] == []


async def publish_elsewhere(mill: Mill, markdown: str = ESSAY + "\n\nBy command.") -> None:
    newest = await find_newest(mill.db, mill.debate.id)
    await publish_wording(mill.db, newest, markdown, "", None, {})
    touch_debate(mill.db, mill.debate.id)
    await mill.db.commit()


async def test_nothing_is_deleted_and_replies_go_with_their_note(client: AsyncClient, mill: Mill) -> None:
    await make_annotation(mill.db, mill.debate, mill.author, "So?", "Nobody has measured it.", parent=mill.lost)
    before = await counts(mill)
    await mill.save()
    await mill.publish()
    assert await counts(mill) == [*before[:-1], before[-1] + 1]
    assert (await mill.placement(mill.lost)).state == PlacementState.ORPHAN
    page = (await client.get(f"{MILL}/annotations/{mill.lost.id}")).text
    assert "The essay no longer has these words" in page
    assert "Nobody has measured it." in page
    await assert_sound_rows(mill)


async def test_a_citation_goes_with_the_passage_that_it_shares_with_a_note(client: AsyncClient, mill: Mill) -> None:
    await mill.save()
    await mill.publish()
    page = (await client.get(f"{MILL}/arguments/{mill.argument.id}")).text
    assert "It feeds the town." in page
    assert f"{MILL}/essay#passage-{mill.note.passage_id}" in page


async def test_a_note_left_while_a_revision_is_published_has_its_place_or_is_asked_for_again(mill: Mill) -> None:
    await mill.save()
    note = {"revision": "1", "first": "1", "kind": "note", "body": "At the same time.", "idempotency_key": "k" * 12}
    posting = mill.author_browser.post(f"{MILL}/annotations?paragraph=2", data=note)
    published, posted = await asyncio.gather(mill.publish(), posting)
    assert published.status_code == 303
    assert posted.status_code in (303, 409)
    if posted.status_code == 409:
        assert "At the same time." in posted.text
    await assert_sound_rows(mill)


async def test_of_two_hosts_the_second_keeps_the_text(mill: Mill, browser_of: object) -> None:
    other = await make_user(mill.db, "second-host")
    mill.db.add(DebateRole(debate_id=mill.debate.id, user_id=other.id, kind=DebateRoleKind.HOST))
    await mill.db.commit()
    browser = await browser_of(other)  # type: ignore[operator]
    seen = {"note": "", "version": "0", "base": "1"}
    await mill.save()
    await mill.publish()
    answer = await browser.post(f"{MILL}/essay/edit", data={"markdown": "The other host's wording.", **seen})
    assert answer.status_code == 409
    assert "The other host&#39;s wording." in answer.text
    assert "A preface for those who come late." in answer.text


async def test_a_draft_that_fell_behind_is_kept_and_saved_again_on_top(mill: Mill) -> None:
    await mill.save()
    await publish_elsewhere(mill)
    page = await mill.host_browser.get(f"{MILL}/essay/draft")
    assert "A revision was published after this draft was begun" in page.text
    answer = await mill.publish()
    assert answer.status_code == 409
    draft = await mill.draft()
    assert draft
    assert draft.markdown == SECOND
    assert (await mill.save()).status_code == 303
    assert (await mill.publish()).headers["location"] == f"{MILL}/essay/revisions/3?done=revised"
    await assert_sound_rows(mill)


async def test_an_essay_of_a_hundred_thousand_characters_is_published(mill: Mill) -> None:
    paragraphs = [f"Paragraph {number} of a long essay. " + "It goes on and on. " * 50 for number in range(105)]
    long = "\n\n".join([*paragraphs, ESSAY])
    assert len(long) > 100_000
    assert (await mill.save(long)).status_code == 303
    assert (await mill.host_browser.get(f"{MILL}/essay/draft")).status_code == 200
    assert (await mill.publish()).status_code == 303
    assert (await mill.placement(mill.lost)).state == PlacementState.MOVED
    await assert_sound_rows(mill)


async def test_the_doctor_finds_a_passage_without_its_placement(mill: Mill) -> None:
    await mill.save()
    await mill.publish()
    revision = await mill.revision()
    await mill.db.execute(text("DELETE FROM placements WHERE revision_id = :id").bindparams(id=revision.id))
    await mill.db.commit()
    (finding,) = [found async for found in examine(mill.db) if found.count]
    assert (finding.name, finding.count) == ("passages are placed on every revision", 3)


async def test_placements_are_kept_for_every_revision(mill: Mill) -> None:
    await mill.save()
    await mill.publish()
    await mill.save(ESSAY)
    await mill.publish()
    statement = select(Placement.state).where(Placement.passage_id == mill.lost.passage_id)
    states = (await mill.db.scalars(statement.order_by(Placement.revision_id))).all()
    assert states == [PlacementState.EXACT, PlacementState.ORPHAN, PlacementState.EXACT]
