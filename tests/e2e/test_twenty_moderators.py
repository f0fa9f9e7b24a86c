"""Twenty moderators decide one case at the same moment, each by a connection of their own to the running site."""

import asyncio
from uuid import uuid4

from httpx import AsyncClient, Response
from sqlalchemy import select

from app.db import transaction
from app.models import Argument, Case, Debate, Decision, Flag, FlagReason, Role
from tests.e2e.people import browser
from tests.e2e.site import DEBATE, Site
from tests.factories import make_argument, make_session, make_user

MODERATORS = 20
WHY = "It attacks those who disagree instead of what they say."


async def test_one_decides_and_nineteen_read_that_it_is_decided(site: Site) -> None:
    case_id, argument_id = await _open_case(site)
    browsers = await _sign_in(site)
    begin = asyncio.Barrier(MODERATORS)

    async def decide(client: AsyncClient) -> Response:
        form = {"version": "1", "action": "hide", "house_rule": "civil", "explanation": WHY}
        form["idempotency_key"] = str(uuid4())
        await client.get(f"/moderation/cases/{case_id}")  # The connection is open before all of them begin.
        await begin.wait()
        while True:
            answer = await client.post(f"/moderation/cases/{case_id}/decide", data=form)
            if answer.status_code != 503:  # On a busy machine the page asks to try again, and so it is done.
                return answer

    answers = await asyncio.gather(*map(decide, browsers))
    for client in browsers:
        await client.aclose()
    assert sorted(answer.status_code for answer in answers) == [303, *[409] * (MODERATORS - 1)]
    refused = [answer.text for answer in answers if answer.status_code == 409]
    assert all("Not decided: the case changed while you read it" in text for text in refused)
    assert all("Read the decision" in text or "deciding this case at this very moment" in text for text in refused)
    async with transaction(site.engine) as db:
        made = (await db.scalars(select(Decision).filter_by(case_id=case_id))).all()
        argument = (await db.scalars(select(Argument).filter_by(id=argument_id))).one()
        assert [decision.id for decision in made] == [argument.hidden_by_id]


async def _open_case(site: Site) -> tuple[int, int]:
    async with transaction(site.engine) as db:
        debate = (await db.scalars(select(Debate).filter_by(slug=DEBATE.rpartition("/")[2]))).one()
        parent = (await db.scalars(select(Argument).filter_by(debate_id=debate.id).order_by(Argument.id))).first()
        argument = await make_argument(db, debate, site.cast["author"], parent=parent)
        place = {"debate_id": debate.id, "argument_id": argument.id}
        case = Case(**place, flag_count=1, score=1.0, reasons=["abuse"], version=1)
        db.add(case)
        await db.flush()
        reporter = site.cast["member"].id
        db.add(Flag(**place, case_id=case.id, reporter_id=reporter, reason=FlagReason.ABUSE, words=""))
        return case.id, argument.id


async def _sign_in(site: Site) -> list[AsyncClient]:
    async with transaction(site.engine) as db:
        people = [await make_user(db, f"twenty-{number}", Role.MODERATOR) for number in range(MODERATORS)]
        return [browser(site, await make_session(db, person)) for person in people]
