"""Moderation in numbers: what is counted, for whom, and that counting does not grow with the page."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Action, Appeal, AppealOutcome, Case, DebateState, Decision, HouseRule
from app.moderation.transparency import load_transparency
from app.moderation.transparency_picture import HEIGHT, MOST_LABELS, WIDTH, draw_bars
from tests.moderation.conftest import BrowserOf, Scene, decision
from tests.statements import counted_statements

RESTRICTIONS = 2  # Of the cast: somebody is silenced, somebody suspended, on the whole site.
MARCH = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)


async def _decide(scene: Scene, count: int = 1, hours: int = 1, **values: object) -> list[Decision]:
    made: list[Decision] = []
    for _ in range(count):
        place = {"debate_id": scene.debate.id, "argument_id": scene.reply.id}
        case = Case(**place, flag_count=1, opened_at=MARCH - timedelta(hours=hours), closed_at=MARCH)
        scene.db.add(case)
        await scene.db.flush()
        kept = {"action": Action.HIDE, "house_rule": HouseRule.CIVIL, "explanation": "", "made_at": MARCH}
        moderator = scene.cast["debate_moderator"].id
        made.append(Decision(**{**place, **kept, "case_id": case.id, "moderator_id": moderator, **values}))
        scene.db.add(made[-1])
    await scene.db.commit()
    return made


async def test_without_decisions_it_says_so(scene: Scene, client: AsyncClient) -> None:
    assert "Moderators have not decided anything here yet." in (await client.get("/debates/mill/transparency")).text


async def test_decisions_are_counted_by_month_act_rule_and_debate(scene: Scene) -> None:
    await _decide(scene, 2)
    await _decide(scene, action=Action.DISMISS, house_rule=None, made_at=MARCH + timedelta(days=40))
    numbers = await load_transparency(scene.db, scene.debate.id)
    assert numbers.by_month == [(date(2026, 3, 1), 2), (date(2026, 4, 1), 0), (date(2026, 5, 1), 1)]
    assert numbers.by_action == [(Action.HIDE, 2), (Action.DISMISS, 1)]
    assert numbers.by_rule == [((HouseRule.CIVIL, None), 2), ((None, None), 1)]
    everywhere = await load_transparency(scene.db, None)
    assert everywhere.by_debate == [(("mill", "The mill"), 3), ((None, None), RESTRICTIONS)]
    assert numbers.appeals is None


async def test_median_is_of_first_decisions_on_flagged_cases(scene: Scene) -> None:
    await _decide(scene, hours=1)
    await _decide(scene, hours=2)
    (slow,) = await _decide(scene, hours=50)
    again = {"case_id": slow.case_id, "made_at": MARCH + timedelta(days=9), "explanation": ""}
    scene.db.add(Decision(action=Action.RESTORE, debate_id=scene.debate.id, argument_id=scene.reply.id, **again))
    await scene.db.commit()
    numbers = await load_transparency(scene.db, scene.debate.id)
    assert (numbers.first_decision.cases, numbers.first_decision.median) == (3, timedelta(hours=2))


async def test_agreement_tells_who_undid(scene: Scene) -> None:
    first, second, _ = await _decide(scene, 3)
    undone = {"action": Action.RESTORE, "house_rule": None}
    await _decide(scene, reverses_id=first.id, moderator_id=scene.cast["site_moderator"].id, **undone)
    await _decide(scene, reverses_id=second.id, **undone)
    assert tuple((await load_transparency(scene.db, scene.debate.id)).agreement) == (3, 1, 1)


async def test_agreement_counts_only_what_can_be_undone(scene: Scene) -> None:
    await _decide(scene, 2)
    await _decide(scene, action=Action.UPHOLD)
    assert tuple((await load_transparency(scene.db, scene.debate.id)).agreement) == (2, 0, 0)


async def test_answered_appeals_are_counted_with_their_outcome(scene: Scene, client: AsyncClient) -> None:
    decisions = await _decide(scene, 3)
    outcomes = (AppealOutcome.OVERTURNED, AppealOutcome.UPHELD, None)
    for made, outcome in zip(decisions, outcomes, strict=True):
        answered = MARCH + timedelta(hours=2) if outcome else None
        scene.db.add(Appeal(decision_id=made.id, words="", made_at=MARCH, outcome=outcome, answered_at=answered))
    await scene.db.commit()
    numbers = await load_transparency(scene.db, scene.debate.id)
    assert numbers.appeals == (2, 1, timedelta(hours=2))
    assert "1 of 2 overturned the decision" in (await client.get("/debates/mill/transparency")).text


async def test_page_has_picture_and_table_of_the_same_numbers(scene: Scene, client: AsyncClient) -> None:
    await _decide(scene, 7)
    page = (await client.get("/debates/mill/transparency")).text
    assert '<text class="months-count"' in page
    assert '<tr><th scope="row">March 2026</th><td>7</td></tr>' in page
    assert "The median of 7 cases that readers’ flags opened is 60 minutes" in page
    assert "Appeals" not in page


async def test_page_changes_with_the_next_decision(scene: Scene, client: AsyncClient, browser_of: BrowserOf) -> None:
    await client.get("/debates/mill/transparency")
    browser = await browser_of(scene.cast["site_moderator"])
    await browser.post(f"{scene.reply_url}/hide", data=decision())
    assert "<dt>Decisions</dt><dd>1</dd>" in (await client.get("/debates/mill/transparency")).text


async def test_drafts_are_not_counted(scene: Scene, client: AsyncClient) -> None:
    await _decide(scene)
    scene.debate.state = DebateState.DRAFT
    await scene.db.commit()
    assert (await load_transparency(scene.db, None)).total == RESTRICTIONS
    assert (await client.get("/debates/mill/transparency")).status_code == 404
    assert (await client.get("/debates/mill/transparency.csv")).status_code == 404


async def test_file_has_every_combination(scene: Scene, client: AsyncClient) -> None:
    await _decide(scene, 2)
    for path in ("/transparency.csv", "/debates/mill/transparency.csv"):
        row = next(csv.DictReader(io.StringIO((await client.get(path)).text)))
        assert list(row.values()) == ["2026-03", "mill", "hide", "civil", "", "2"]


async def test_number_of_statements_is_fixed(scene: Scene, app: FastAPI, db: AsyncSession) -> None:
    async def statements() -> int:
        with counted_statements(app) as sent:
            async with app.state.reads_engine.connect() as reads:
                await load_transparency(reads, None)
        return len(sent)

    await _decide(scene, 1)
    few = await statements()
    await _decide(scene, 40)
    assert await statements() == few == 4


@pytest.mark.parametrize("months", [1, 2, 13, 24])
def test_bars_stand_within_the_picture(months: int) -> None:
    bars = draw_bars([(date(2026, 1, 1), number) for number in range(months)])
    assert all(
        bar.x >= 0 and bar.x + bar.width <= WIDTH and bar.y >= 0 and bar.y + bar.height <= HEIGHT for bar in bars
    )
    assert bars[-1].is_labelled
    assert sum(bar.is_labelled for bar in bars) <= MOST_LABELS
    on_phones = [bar for bar in bars if bar.is_labelled_on_phones]
    assert on_phones[-1] is bars[-1]
    assert len(on_phones) <= MOST_LABELS / 2
    assert all(bar.is_labelled for bar in on_phones)
