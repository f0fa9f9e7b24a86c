"""Wording an argument anew, and its public history."""

import asyncio

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.arguments.versions import VERSIONS_SHOWN
from app.models import Action, ArgumentRevision, Role
from tests.arguments.conftest import BrowserOf
from tests.arguments.stage import CLAIM, GROUNDS, SCRIPT, Stage
from tests.factories import make_user

NEW_CLAIM = "The mill feeds far fewer people than it once did."


def _wording(**changed: str) -> dict[str, str]:
    return {"claim": NEW_CLAIM, "grounds": GROUNDS, "revision": "1", **changed}


async def _revisions(stage: Stage, id: int) -> list[ArgumentRevision]:
    statement = select(ArgumentRevision).filter_by(argument_id=id).order_by(ArgumentRevision.number)
    revisions = list((await stage.db.scalars(statement)).all())
    await stage.db.commit()
    return revisions


async def test_edit_stands_and_the_old_wording_is_kept(stage: Stage, client: AsyncClient) -> None:
    reply = await stage.posted_earlier()
    url = f"{stage.url}/arguments/{reply.id}"
    form = (await stage.page.get(f"{url}/edit")).text
    assert CLAIM in form
    assert GROUNDS in form
    answer = await stage.page.post(f"{url}/edit", data=_wording(grounds="Now with **other** grounds, and more."))
    assert answer.headers["location"] == f"{url}?done=edited"
    edited = await stage.argument(reply.id)
    assert (edited.claim, edited.edited_at is not None) == (NEW_CLAIM, True)
    page = (await client.get(url)).text
    assert NEW_CLAIM in page
    assert "<strong>other</strong>" in page
    assert [revision.claim for revision in await _revisions(stage, reply.id)] == [CLAIM, NEW_CLAIM]
    assert await stage.wrong_counts() == []


async def test_unchanged_text_makes_no_revision(stage: Stage) -> None:
    reply = await stage.posted_earlier()
    answer = await stage.page.post(f"{stage.url}/arguments/{reply.id}/edit", data=_wording(claim=f" {CLAIM} "))
    assert answer.headers["location"].endswith("?done=unchanged")
    assert len(await _revisions(stage, reply.id)) == 1
    assert (await stage.argument(reply.id)).edited_at is None


async def test_stale_edit_keeps_the_text_and_shows_the_newer_wording(stage: Stage) -> None:
    reply = await stage.posted_earlier()
    url = f"{stage.url}/arguments/{reply.id}/edit"
    await stage.page.post(url, data=_wording())
    other = _wording(claim="The mill feeds nobody any more.")
    for headers in (None, SCRIPT):
        answer = await stage.page.post(url, data=other, headers=headers)
        assert answer.status_code == 409
        assert NEW_CLAIM in answer.text
        assert "The mill feeds nobody any more." in answer.text
        assert 'name="revision" value="2"' in answer.text
    assert (await stage.argument(reply.id)).claim == NEW_CLAIM
    again = await stage.page.post(url, data={**other, "revision": "2"})
    assert again.status_code == 303
    assert len(await _revisions(stage, reply.id)) == 3


async def test_edit_sent_twice_is_saved_once(stage: Stage) -> None:
    reply = await stage.posted_earlier()
    url = f"{stage.url}/arguments/{reply.id}/edit"
    answers = await asyncio.gather(*(stage.page.post(url, data=_wording()) for _ in range(4)))
    assert {answer.headers["location"].partition("?")[2] for answer in answers} == {"done=edited"}
    assert len(await _revisions(stage, reply.id)) == 2


@pytest.mark.parametrize(("changed", "sentence"), [
    ({"claim": "Short"}, "Please write at least 10 characters."),
    ({"grounds": "x" * 100_000}, "this has 100,000"),
    ({"revision": "9" * 30}, "This cannot be read."),
    ({"revision": ""}, "This is needed."),
])  # fmt: skip
async def test_wrong_edit_keeps_the_text(stage: Stage, changed: dict[str, str], sentence: str) -> None:
    reply = await stage.posted_earlier()
    answer = await stage.page.post(f"{stage.url}/arguments/{reply.id}/edit", data=_wording(**changed))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert NEW_CLAIM in answer.text or "claim" in changed
    assert len(await _revisions(stage, reply.id)) == 1


async def test_preview_of_an_edit_changes_nothing(stage: Stage) -> None:
    reply = await stage.posted_earlier()
    url = f"{stage.url}/arguments/{reply.id}/edit"
    page = await stage.page.post(url, data=_wording(act="preview"))
    part = await stage.page.post(url, data=_wording(act="preview"), headers=SCRIPT)
    assert (page.status_code, part.status_code) == (200, 200)
    assert "<html" in page.text
    assert "<html" not in part.text
    assert "Preview: nothing is saved yet" in part.text
    assert (await stage.argument(reply.id)).claim == CLAIM


async def test_only_the_author_edits_and_only_what_stands(stage: Stage, client: AsyncClient) -> None:
    reply = await stage.posted_earlier()
    url = f"{stage.url}/arguments/{reply.id}"
    assert (await client.get(f"{url}/edit")).status_code == 303
    assert (await stage.author_page.get(f"{url}/edit")).status_code == 403
    assert (await stage.author_page.post(f"{url}/edit", data=_wording())).status_code == 403
    await stage.page.post(f"{url}/withdraw")
    refused = await stage.page.post(f"{url}/edit", data=_wording())
    assert refused.status_code == 403
    assert NEW_CLAIM in refused.text


async def test_history_shows_every_wording_newest_first(stage: Stage, client: AsyncClient) -> None:
    reply = await stage.posted_earlier()
    url = f"{stage.url}/arguments/{reply.id}"
    await stage.page.post(f"{url}/edit", data=_wording(grounds=f"{GROUNDS} <i>And</i> more."))
    page = (await client.get(f"{url}/history")).text
    assert page.index("Version 2") < page.index("Version 1")
    assert "<ins>far </ins>" in page
    assert "&lt;i&gt;And&lt;/i&gt; more" in page
    assert f'href="/people/{stage.member.username}"' in page
    assert f'href="{url}"' in page


async def test_history_of_many_versions_goes_on(stage: Stage, client: AsyncClient) -> None:
    reply = await stage.posted_earlier()
    for number in range(2, VERSIONS_SHOWN + 3):
        stage.db.add(
            ArgumentRevision(
                debate_id=stage.debate.id, argument_id=reply.id, number=number,
                version=number, claim=f"Wording {number} of it.", grounds_markdown=GROUNDS,
            )
        )  # fmt: skip
    await stage.db.commit()
    url = f"{stage.url}/arguments/{reply.id}/history"
    first, rest = (await client.get(url)).text, (await client.get(f"{url}?before=3")).text
    assert "?before=3" in first
    assert 'id="version-3"' in first
    assert 'id="version-2"' not in first
    assert 'id="version-2"' in rest
    assert 'id="version-1"' in rest
    assert "?before" not in rest


async def test_history_of_a_hidden_argument_is_for_its_author_and_moderators(
    stage: Stage, client: AsyncClient, browser_of: BrowserOf
) -> None:
    reply = await stage.posted_earlier()
    url = f"{stage.url}/arguments/{reply.id}/history"
    moderator = await make_user(stage.db, role=Role.MODERATOR)
    await stage.decide(reply, Action.HIDE)
    for browser in (stage.page, await browser_of(moderator)):
        assert CLAIM in (await browser.get(url)).text
    for browser in (client, stage.author_page):
        answer = await browser.get(url)
        assert answer.status_code == 403
        assert CLAIM not in answer.text
