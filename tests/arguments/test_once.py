"""Sent twice, posted once; sent by many at once, counted exactly."""

import asyncio
import random
from collections import Counter

from app.models import Relation
from tests.arguments.conftest import BrowserOf
from tests.arguments.stage import Stage, id_of, new_claim
from tests.factories import make_user

WRITERS = 16
STEPS = 60


async def test_same_form_leads_to_the_same_argument(stage: Stage) -> None:
    fields = stage.fields()
    answers = [await stage.page.post(f"{stage.parent_url}/replies", data=fields) for _ in range(2)]
    assert id_of(answers[0]) == id_of(answers[1])
    assert await stage.count(depth=1) == 1


async def test_double_click_posts_once(stage: Stage) -> None:
    fields = stage.fields(quote="feeds the town")
    clicks = (stage.page.post(f"{stage.parent_url}/replies", data=fields) for _ in range(6))
    answers = await asyncio.gather(*clicks)
    assert len({id_of(answer) for answer in answers}) == 1
    assert await stage.count(depth=1) == 1
    assert await stage.wrong_counts() == []


async def test_double_click_posts_a_first_level_argument_once(stage: Stage) -> None:
    fields = stage.fields(relation=None, position="side-1")
    answers = await asyncio.gather(*(stage.page.post(f"{stage.url}/arguments", data=fields) for _ in range(6)))
    assert len({id_of(answer) for answer in answers}) == 1
    assert await stage.count(depth=0) == 2
    assert await stage.wrong_counts() == []


async def test_text_that_a_browser_kept_leads_to_its_argument_though_the_key_is_new(stage: Stage) -> None:
    first = await stage.posted()
    assert (await stage.posted()).id == first.id


async def test_other_text_from_the_same_form_is_kept_and_asked_about(stage: Stage) -> None:
    first = await stage.posted(idempotency_key="an-old-form")
    answer = await stage.reply(idempotency_key="an-old-form", claim="The mill feeds nobody at all.")
    assert answer.status_code == 409
    assert "The mill feeds nobody at all." in answer.text
    assert f"/arguments/{first.id}" in answer.text
    assert "an-old-form" not in answer.text
    assert await stage.count(depth=1) == 1


async def test_key_of_somebody_else_is_no_hindrance(stage: Stage) -> None:
    first = await stage.posted(idempotency_key="chosen-by-both")
    second = await stage.posted(stage.author_page, idempotency_key="chosen-by-both", claim=new_claim())
    assert first.id != second.id


async def test_many_writers_under_one_parent_are_all_counted(stage: Stage, browser_of: BrowserOf) -> None:
    people = [await make_user(stage.db) for _ in range(WRITERS)]
    await stage.db.commit()
    browsers = [await browser_of(person) for person in people]
    relations = [list(Relation)[number % 3] for number in range(WRITERS)]
    posts = (
        stage.reply(browser, relation=relation.value, claim=new_claim())
        for browser, relation in zip(browsers, relations, strict=True)
    )
    answers = await asyncio.gather(*posts)
    assert {answer.status_code for answer in answers} == {303}
    parent = await stage.argument(stage.parent.id)
    expected = Counter(relations)
    assert (parent.support_count, parent.rebut_count, parent.undercut_count) == tuple(
        expected[relation] for relation in Relation
    )
    assert await stage.wrong_counts() == []


async def test_counters_hold_through_any_sequence_of_posts_and_withdrawals(stage: Stage, browser_of: BrowserOf) -> None:
    chance = random.Random(4)
    people = [await make_user(stage.db) for _ in range(6)]
    await stage.db.commit()
    browsers = [stage.author_page, *[await browser_of(person) for person in people]]
    standing = {stage.parent.id: stage.author_page}
    for _ in range(0, STEPS, 4):  # Four at a time, which may meet in one thread.
        acts = [_act(stage, chance, standing, browsers, new_claim()) for _ in range(4)]
        await asyncio.gather(*acts)
    assert len(standing) > STEPS / 3
    assert await stage.wrong_counts() == []


async def _act(stage: Stage, chance: random.Random, standing: dict, browsers: list, claim: str) -> None:  # type: ignore[type-arg]
    """A withdrawal by its author, or a reply to anything, withdrawn or not."""
    target = chance.choice(list(standing))
    if chance.random() < 0.3:
        answer = await standing[target].post(f"{stage.url}/arguments/{target}/withdraw")
        assert answer.status_code == 303
        return
    browser, relation = chance.choice(browsers), chance.choice(list(Relation)).value
    fields = stage.fields(relation=relation, claim=claim, quote=chance.choice(["", "feeds the town"]))
    answer = await browser.post(f"{stage.url}/arguments/{target}/replies", data=fields)
    if answer.status_code == 303:
        standing[id_of(answer)] = browser
    else:
        assert answer.status_code == 429
