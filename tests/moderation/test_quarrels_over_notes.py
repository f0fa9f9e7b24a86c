"""Notes that answer each other are a quarrel between two people, and who flags something leaves it to another."""

from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import func, literal, select, text
from sqlalchemy.dialects import postgresql

from app.models import Annotation, Case, Decision, LogEntry, Stake, User
from app.quarrels import has_answered
from tests.factories import make_annotation
from tests.moderation.conftest import BrowserOf, Scene, decision, flag, leave_alone
from tests.moderation.test_conflicts import open_long_ago

ANSWERED = "You and this person have answered each other’s notes here: another moderator has to decide."
FLAGGED = "You have flagged this yourself: another moderator has to decide."


async def exchange(scene: Scene, first: str, second: str) -> Annotation:
    """The answer that the second gave to a note of the first."""
    note = await make_annotation(scene.db, scene.debate, scene.cast[first], "Who says so?")
    answer = await make_annotation(scene.db, scene.debate, scene.cast[second], "Whoever can read.", parent=note)
    await scene.db.commit()
    return answer


async def hide(browser: AsyncClient, case: Case) -> Any:
    sent = decision(action="hide", version=str(case.version))
    return await browser.post(f"/moderation/cases/{case.id}/decide", data=sent)


async def flagged_by(scene: Scene, browser_of: BrowserOf, url: str, *names: str) -> Case:
    for name in names:
        assert (await flag(await browser_of(scene.cast[name]), url)).status_code == 303
    return await scene.open_case()


@pytest.mark.parametrize("first", [True, False])
async def test_who_has_exchanged_notes_with_the_author_leaves_it_to_others(
    scene: Scene, browser_of: BrowserOf, first: bool
) -> None:
    """Whoever of them began, and about whatever the author wrote there."""
    people = ("debate_moderator", "author")
    await exchange(scene, *(people if first else people[::-1]))
    case = await flagged_by(scene, browser_of, scene.reply_url, "newcomer")
    moderator = await browser_of(scene.cast["debate_moderator"])
    assert ANSWERED in (await moderator.get("/moderation")).text
    assert ANSWERED in (await moderator.get(f"/moderation/cases/{case.id}")).text
    assert (await moderator.post("/moderation/next")).headers["location"] == "/moderation?done=no_case"
    refused = await hide(moderator, case)
    assert refused.status_code == 403
    assert ANSWERED in refused.text
    assert (await moderator.post(f"{scene.reply_url}/hide", data=decision())).status_code == 403
    assert (await hide(await browser_of(scene.cast["host"]), case)).status_code == 303


async def test_a_note_elsewhere_keeps_nobody_from_the_debate(scene: Scene, browser_of: BrowserOf) -> None:
    await exchange(scene, "debate_moderator", "member")
    case = await flagged_by(scene, browser_of, scene.reply_url, "newcomer")
    moderator = await browser_of(scene.cast["debate_moderator"])
    assert (await moderator.post("/moderation/next")).headers["location"] == f"/moderation/cases/{case.id}?"
    assert (await hide(moderator, case)).status_code == 303


async def test_neither_are_people_restricted_there_by_who_exchanged_notes_with_them(
    scene: Scene, browser_of: BrowserOf
) -> None:
    await exchange(scene, "debate_moderator", "author")
    form = decision(action="silence", hours="3", version="0")
    url = "/debates/mill/people/{}/measures"
    moderator = await browser_of(scene.cast["debate_moderator"])
    assert ANSWERED in (await moderator.post(url.format("author"), data=form)).text
    assert (await moderator.post(url.format("member"), data=form)).status_code == 303


async def test_on_the_whole_site_they_have_argued_with_each_other(scene: Scene, browser_of: BrowserOf) -> None:
    await exchange(scene, "site_moderator", "author")
    refused = await (await browser_of(scene.cast["site_moderator"])).get("/people/author/restrict")
    assert "You have argued with this person: another moderator has to decide." in refused.text


async def test_who_has_flagged_it_leaves_it_to_others(scene: Scene, browser_of: BrowserOf) -> None:
    case = await flagged_by(scene, browser_of, scene.reply_url, "newcomer", "debate_moderator")
    moderator, host = [await browser_of(scene.cast[name]) for name in ("debate_moderator", "host")]
    assert FLAGGED in (await moderator.get("/moderation")).text
    assert FLAGGED in (await moderator.get(f"/moderation/cases/{case.id}")).text
    assert (await moderator.post("/moderation/next")).headers["location"] == "/moderation?done=no_case"
    for refused in (await hide(moderator, case), await moderator.post(f"{scene.reply_url}/hide", data=decision())):
        assert refused.status_code == 403
        assert FLAGGED in refused.text
    assert (await host.post("/moderation/next")).headers["location"] == f"/moderation/cases/{case.id}?"


async def test_who_takes_the_flag_back_may_decide(scene: Scene, browser_of: BrowserOf) -> None:
    await flagged_by(scene, browser_of, scene.reply_url, "newcomer", "debate_moderator")
    moderator = await browser_of(scene.cast["debate_moderator"])
    await moderator.post(f"{scene.reply_url}/unflag")
    assert (await hide(moderator, await scene.fresh(await scene.open_case()))).status_code == 303


async def test_who_has_flagged_it_does_not_undo_what_others_decided(scene: Scene, browser_of: BrowserOf) -> None:
    case = await flagged_by(scene, browser_of, scene.reply_url, "debate_moderator")
    sent = decision(action="dismiss", version=str(case.version))
    made = await (await browser_of(scene.cast["host"])).post(f"/moderation/cases/{case.id}/decide", data=sent)
    undo = f"/decisions/{await scene.db.scalar(select(func.max(Decision.id)))}/undo"
    assert made.status_code == 303
    refused = await (await browser_of(scene.cast["debate_moderator"])).post(undo, data=decision())
    assert refused.status_code == 403
    assert FLAGGED in refused.text


@pytest.mark.parametrize("stake", [Stake.FLAGGED, Stake.ANSWERED])
async def test_who_moderates_alone_may_after_a_day_and_the_log_says_so(
    scene: Scene, browser_of: BrowserOf, stake: Stake
) -> None:
    await exchange(scene, "host", "author" if stake == Stake.ANSWERED else "member")
    await leave_alone(scene, "host")
    case = await flagged_by(scene, browser_of, scene.reply_url, "host" if stake == Stake.FLAGGED else "newcomer")
    host = await browser_of(scene.cast["host"])
    refused = await hide(host, case)
    assert refused.status_code == 403
    assert "Nobody else can decide, so you can from" in refused.text
    await open_long_ago(scene)
    said = {Stake.FLAGGED: "You have flagged it yourself", Stake.ANSWERED: "You and this person have answered"}[stake]
    assert said in (await host.get(f"/moderation/cases/{case.id}")).text
    assert (await host.post("/moderation/next")).headers["location"] == f"/moderation/cases/{case.id}?"
    assert (await hide(host, case)).status_code == 303
    assert (await scene.db.scalars(select(LogEntry))).one().item["in_spite_of"] == stake
    assert "nobody else could decide" in (await host.get("/log")).text


async def test_case_of_a_person_is_left_by_who_has_flagged_them(scene: Scene, browser_of: BrowserOf) -> None:
    case = await flagged_by(scene, browser_of, "/people/author", "site_moderator")
    browser = await browser_of(scene.cast["site_moderator"])
    assert FLAGGED in (await browser.get(f"/moderation/cases/{case.id}")).text
    assert FLAGGED in (await browser.get("/people/author/restrict")).text


async def test_notes_of_who_wrote_very_many_are_not_read(scene: Scene, browser_of: BrowserOf) -> None:
    """Where the moderator wrote one: each inner statement is asked of that one alone."""
    await exchange(scene, "debate_moderator", "member")
    many = """
        INSERT INTO annotations (debate_id, passage_id, author_id, kind, body_markdown, body_html)
        SELECT debate_id, passage_id, author_id, 'note', '', ''
        FROM annotations, generate_series(1, 5000) n WHERE id = :id
    """
    await scene.db.execute(text(many), {"id": scene.annotation.id})
    await scene.db.execute(text("ANALYZE annotations"))
    moderator, author, debate = [literal(scene.cast[n].id) for n in ("debate_moderator", "author")] + [
        literal(scene.debate.id)
    ]
    asked = select(User.id, has_answered(User.id, author, debate)).where(User.id == moderator)
    compiled = asked.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    plan = "\n".join(await scene.db.scalars(text(f"EXPLAIN {compiled}")))
    assert "Seq Scan on annotations" not in plan, plan
    assert "Index Cond: ((author_id >=" in plan, plan
