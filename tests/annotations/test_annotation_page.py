"""An annotation's own page: who sees what of it, and its author takes it back."""

import pytest
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine

from app.annotations.commands import withdraw_annotation
from app.db import transaction
from app.errors import Conflict
from app.models import Action, Annotation, Decision, Role
from tests.annotations.conftest import MILL, BrowserOf, Mill, assert_sound
from tests.factories import make_annotation, make_user


@pytest.fixture
async def annotation(mill: Mill) -> Annotation:
    annotation = await make_annotation(mill.db, mill.debate, mill.author, body="Xylophone")
    await mill.db.commit()
    return annotation


async def hide(mill: Mill, annotation: Annotation) -> Decision:
    decision = Decision(
        debate_id=mill.debate.id, annotation_id=annotation.id, action=Action.HIDE, explanation="Not about the mill."
    )
    mill.db.add(decision)
    await mill.db.flush()
    annotation.hidden_by_id = decision.id
    mill.debate.version += 1
    mill.debate.annotation_count = 0
    await mill.db.commit()
    return decision


async def test_it_shows_the_note_its_words_and_the_ways_on(
    client: AsyncClient, mill: Mill, annotation: Annotation
) -> None:
    page = (await client.get(f"{MILL}/annotations/{annotation.id}")).text
    assert "Xylophone" in page
    assert "feeds the town</mark>" in page
    assert f"{MILL}/essay#passage-{annotation.passage_id}" in page
    assert f"{MILL}/annotations/{annotation.id}/flag" in page
    assert "/withdraw" not in page
    assert_sound(page)


async def test_an_author_takes_it_back_and_it_keeps_its_place(
    client: AsyncClient, mill: Mill, annotation: Annotation
) -> None:
    url = f"{MILL}/annotations/{annotation.id}"
    assert f'action="{url}/withdraw"' in (await mill.browser.get(url)).text
    answer = await mill.browser.post(f"{url}/withdraw")
    assert answer.headers["location"] == f"{url}?done=withdrawn"
    page = (await client.get(url)).text
    assert "Withdrawn" in page
    assert "Xylophone" in page
    assert await mill.count() == 0
    assert (await mill.browser.post(f"{url}/withdraw")).status_code == 303
    assert await mill.count() == 0


async def test_nobody_else_takes_it_back(
    client: AsyncClient, mill: Mill, annotation: Annotation, browser_of: BrowserOf
) -> None:
    other = await make_user(mill.db)
    await mill.db.commit()
    url = f"{MILL}/annotations/{annotation.id}/withdraw"
    assert (await client.post(url)).headers["location"].startswith("/sign-in")
    assert (await (await browser_of(other)).post(url)).status_code == 403
    assert await mill.count() == 1


async def test_what_is_hidden_stays_so_for_readers_but_not_for_author_and_moderators(
    client: AsyncClient, mill: Mill, annotation: Annotation, browser_of: BrowserOf
) -> None:
    decision = await hide(mill, annotation)
    people = [await make_user(mill.db, role=Role.MODERATOR), await make_user(mill.db)]
    await mill.db.commit()
    moderator, other = [await browser_of(person) for person in people]
    for path in (f"annotations/{annotation.id}", "paragraphs/1", f"passages/{annotation.passage_id}"):
        for browser, sees in ((client, False), (other, False), (mill.browser, True), (moderator, True)):
            page = (await browser.get(f"{MILL}/{path}")).text
            assert f"/decisions/{decision.id}" in page
            assert ("Xylophone" in page) == sees
            assert_sound(page)
    assert "Xylophone" not in (await moderator.get(f"{MILL}/essay")).text


async def test_taking_back_what_is_hidden_counts_nothing_twice(mill: Mill, annotation: Annotation) -> None:
    await hide(mill, annotation)
    await mill.browser.post(f"{MILL}/annotations/{annotation.id}/withdraw")
    assert await mill.count() == 0


async def test_the_second_of_two_withdrawals_is_refused(
    mill: Mill, annotation: Annotation, engine: AsyncEngine
) -> None:
    async with transaction(engine) as db:
        stale = await db.get_one(Annotation, (mill.debate.id, annotation.id))
        await mill.browser.post(f"{MILL}/annotations/{annotation.id}/withdraw")
        with pytest.raises(Conflict):
            await withdraw_annotation(db, stale)
    assert await mill.count() == 0
