"""Whoever is erased while suspended does not come back in a minute under the same name and without a trace."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.former import is_name_kept, name_key
from app.jobs import EXPIRED, NETWORK_KEPT
from app.models import FormerAccount, FormerTrace, ModeratorInvitation, NetworkTrace, Sanction, SanctionKind, User
from app.moderation.network_hints import load_network_hint
from app.privacy.erasure import erase_person
from tests.factories import make_user
from tests.moderation.conftest import BrowserOf, Scene

KEY = b"names of this test"


async def _suspend(scene: Scene, person: User, **lifted: datetime) -> datetime:
    until = datetime.now(UTC) + timedelta(days=7)
    judge = scene.cast["site_moderator"]
    decision = await scene.db.scalar(
        text("""INSERT INTO decisions (action, concerned_id, moderator_id, house_rule, explanation)
                VALUES ('suspend', :person, :judge, 'civil', 'It went on and on.') RETURNING id"""),
        {"person": person.id, "judge": judge.id},
    )
    kind = SanctionKind.SUSPEND
    scene.db.add(Sanction(user_id=person.id, kind=kind, decision_id=decision, until=until, **lifted))
    scene.db.add(NetworkTrace(user_id=person.id, block_hash=b"one"))
    await scene.db.commit()
    return until


async def _forget(db: AsyncSession) -> None:
    for statement in EXPIRED:
        if "former" in statement:
            await db.execute(text(statement), {"network": NETWORK_KEPT})
    await db.commit()


async def test_name_is_kept_until_the_suspension_would_have_ended(
    scene: Scene, app: FastAPI, client: AsyncClient
) -> None:
    member = scene.cast["member"]
    name = member.username
    await _suspend(scene, member)
    await erase_person(scene.db, member.id, keeps_texts=True, name_key=name_key(app.state.settings))
    await scene.db.commit()
    sent = {"username": name.upper(), "password": "seven quiet herons wade", "rules": "on", "shown_at": "0"}
    refused = await client.post("/sign-up", data=sent)
    assert refused.status_code == 422
    assert "Somebody has this user name already" in refused.text
    await scene.db.execute(update(FormerAccount).values(until=datetime.now(UTC)))
    await scene.db.commit()
    assert (await client.post("/sign-up", data=sent)).status_code == 303


@pytest.mark.parametrize("is_lifted", [True, False])
async def test_nothing_is_kept_of_whom_no_restriction_holds(scene: Scene, is_lifted: bool) -> None:
    member = scene.cast["member"]
    name = member.username
    if is_lifted:
        await _suspend(scene, member, lifted_at=datetime.now(UTC))
    await erase_person(scene.db, member.id, keeps_texts=True, name_key=KEY)
    assert not await is_name_kept(scene.db, KEY, name)
    assert (await scene.db.scalars(select(FormerTrace.id))).all() == []


async def test_moderators_read_that_a_former_account_of_the_network_was_suspended(
    scene: Scene, browser_of: BrowserOf
) -> None:
    member = scene.cast["member"]
    shown = member.display_name
    until = await _suspend(scene, member)
    await erase_person(scene.db, member.id, keeps_texts=True, name_key=KEY)
    zoe = await make_user(scene.db, "zoe")
    scene.db.add(NetworkTrace(user_id=zoe.id, block_hash=b"one"))
    await scene.db.commit()
    former = (await load_network_hint(scene.db, zoe.id)).former
    assert [(each.kind, each.until, each.is_invited) for each in former] == [(SanctionKind.SUSPEND, until, False)]
    page = (await (await browser_of(scene.cast["site_moderator"])).get("/people/zoe/restrict")).text
    assert "A former account was <strong>suspended until" in page
    assert shown not in page


async def test_who_invited_the_former_account_is_a_hint_as_well(scene: Scene) -> None:
    member, host = scene.cast["member"], scene.cast["host"]
    await _suspend(scene, member)
    scene.db.add(ModeratorInvitation(debate_id=scene.debate.id, user_id=member.id, invited_by_id=host.id))
    await scene.db.commit()
    await erase_person(scene.db, member.id, keeps_texts=True, name_key=KEY)
    assert [each.is_invited for each in (await load_network_hint(scene.db, host.id)).former] == [True]


async def test_both_are_forgotten_on_schedule(scene: Scene) -> None:
    member = scene.cast["member"]
    await _suspend(scene, member)
    await erase_person(scene.db, member.id, keeps_texts=True, name_key=KEY)
    await _forget(scene.db)
    assert len((await scene.db.scalars(select(FormerTrace.id))).all()) == 1
    past = datetime.now(UTC) - NETWORK_KEPT - timedelta(hours=1)
    await scene.db.execute(update(FormerTrace).values(last_at=past))
    await _forget(scene.db)
    assert (await scene.db.scalars(select(FormerTrace.id))).all() == []
    assert len((await scene.db.scalars(select(FormerAccount.id))).all()) == 1
    await scene.db.execute(update(FormerAccount).values(until=past, erased_at=past))
    await _forget(scene.db)
    assert (await scene.db.scalars(select(FormerAccount.id))).all() == []


async def test_erasing_page_says_so(scene: Scene, browser_of: BrowserOf) -> None:
    assert (
        "nobody can take your user name" in (await (await browser_of(scene.cast["member"])).get("/account/erase")).text
    )
