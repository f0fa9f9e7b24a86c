"""Moderators practise on known cases: without effect, without names, and for their own eyes."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from app.db import Base
from app.models import (
    Annotation,
    Argument,
    Case,
    Decision,
    Flag,
    HouseRule,
    LogEntry,
    Notification,
    PracticeAnswer,
    User,
    Verdict,
)  # fmt: skip
from app.moderation.practice.examples import EXAMPLES
from app.moderation.practice.queries import ASKED_AGAIN
from app.privacy.erasure import erase_person
from tests.moderation.conftest import SECRET, decision, flag
from tests.moderation.practice.conftest import PRACTICE, settle
from tests.statements import counted_statements


async def answers(scene, **values):
    found = (await scene.db.scalars(select(PracticeAnswer).filter_by(**values).order_by(PracticeAnswer.id))).all()
    await scene.db.commit()
    return found


async def counts(scene):
    kinds: tuple[type[Base], ...] = (Case, Decision, LogEntry, Notification, Flag)
    found = [(await scene.db.execute(select(func.count()).select_from(kind))).scalar_one() for kind in kinds]
    rows = (await scene.db.execute(select(User.id, User.unread_count).order_by(User.id))).all()
    hidden = (await scene.db.execute(select(Argument.id, Argument.hidden_by_id).order_by(Argument.id))).all()
    await scene.db.commit()
    return found, [tuple(row) for row in rows], [tuple(row) for row in hidden]


async def test_a_case_is_shown_answered_and_told_with_its_reason(known):
    page = (await known.host.get(known.url)).text
    assert SECRET in page
    assert "What would you decide?" in page
    assert "which is no argument" not in page
    assert (await known.answer(known.host, action="leave", house_rule="")).status_code == 303
    told = (await known.host.get(known.url)).text
    assert "It was settled otherwise." in told
    assert "which is no argument" in told
    (kept,) = await answers(known.scene)
    assert (kept.action, kept.settled_action, kept.settled_rule) == (Verdict.LEAVE, Verdict.HIDE, HouseRule.CIVIL)


async def test_practice_has_no_effect_of_any_kind(known):
    before = await counts(known.scene)
    for key in ("", *EXAMPLES):
        assert (await known.answer(known.host, key)).status_code == 303
    assert await counts(known.scene) == before


async def test_names_of_real_people_are_left_out(known):
    for _ in range(2):  # Before the answer and after it, where the decision's reason is shown as well.
        page = (await known.host.get(known.url)).text
        item = page.partition("<main")[2].partition("</main>")[0]
        for name in ("author", "newcomer", "debate_moderator", "/people/", "/decisions/", "/arguments/"):
            assert name not in item.lower(), name
        assert "[name] says: [name] calls [name] a fool." in item
        await known.answer(known.host)
    assert "So says [name] of [name]." in item


async def test_an_answer_needs_a_rule_to_hide_by(known):
    answer = await known.answer(known.host, house_rule="")
    assert (answer.status_code, "choose which" in answer.text) == (422, True)
    assert (await known.answer(known.host, action="")).status_code == 422
    assert await answers(known.scene) == []


async def test_the_same_answer_sent_twice_is_one(known):
    key = str(uuid4())
    for _ in range(2):
        assert (await known.answer(known.host, idempotency_key=key)).status_code == 303
    assert len(await answers(known.scene)) == 1


async def test_nobody_practises_on_what_they_wrote_flagged_or_decided(known):
    assert await known.sees(known.host) == 200
    assert await known.sees(await known.browser("debate_moderator")) == 404
    for name in ("author", "newcomer"):
        await make_moderator(known, name)
        assert await known.sees(await known.browser(name)) == 404
    await make_moderator(known, "member")
    assert await known.sees(await known.browser("member")) == 200


async def make_moderator(known, name):
    await known.scene.db.execute(update(User).where(User.username == name).values(role="moderator"))
    await known.scene.db.commit()


async def test_moderators_of_other_debates_and_members_do_not_see_it(known, client):
    assert await known.sees(await known.browser("other_moderator")) == 404
    assert await known.sees(await known.browser("member")) == 403
    assert await known.sees(client) == 303
    assert await known.sees(await known.browser("site_moderator")) == 200


async def test_what_is_withdrawn_or_erased_drops_out(known):
    await known.scene.db.execute(
        update(Argument).where(Argument.id == known.scene.reply.id).values(withdrawn_at=func.now())
    )
    await known.scene.db.commit()
    assert await known.sees(known.host) == 404
    await known.scene.db.execute(update(Argument).values(withdrawn_at=None))
    await known.scene.db.commit()
    assert await known.sees(known.host) == 200
    await erase_person(known.scene.db, known.scene.cast["author"].id, keeps_texts=True, name_key=b"names")
    await known.scene.db.commit()
    assert await known.sees(known.host) == 404
    assert "No more, or its text is gone" in (await known.host.get("/moderation/known-cases")).text


async def test_what_is_undone_or_appealed_drops_out(known):
    author = await known.browser("author")
    words = {"words": "Nobody is attacked by a question about a count."}
    assert (await author.post(f"/decisions/{known.decision_id}/appeal", data=words)).status_code == 303
    assert await known.sees(known.host) == 404
    keeper = await known.browser("site_moderator")
    assert (await keeper.post(f"/decisions/{known.decision_id}/undo", data=decision())).status_code == 303
    assert await known.sees(known.host) == 404


async def test_what_was_left_is_practised_on_until_it_is_hidden(known):
    scene = known.scene
    case_id, _ = await settle(scene, known.browser_of, scene.annotation_url, action="dismiss")
    await known.host.post(f"/moderation/cases/{case_id}/known")
    assert await known.sees(known.host) == 200
    url = f"{PRACTICE}/{known.known_id + 1}"
    assert (await known.host.get(url)).status_code == 200
    await known.answer(known.host, str(known.known_id + 1), action="leave", house_rule="")
    assert "You agree." in (await known.host.get(url)).text
    await (await known.browser("site_moderator")).post(f"{scene.annotation_url}/hide", data=decision())
    assert (await known.host.get(url)).status_code == 404


async def test_only_settled_cases_can_be_chosen(known):
    scene = known.scene
    await flag(await known.browser("newcomer"), scene.annotation_url)
    case = await scene.open_case()
    await scene.db.commit()
    assert "not settled" in (await known.host.get(f"/moderation/cases/{case.id}/known")).text
    assert (await known.host.post(f"/moderation/cases/{case.id}/known")).status_code == 409
    assert (await known.host.post(f"/moderation/cases/{known.case_id}/known")).status_code == 303


async def test_a_case_can_be_taken_out_and_answers_to_it_stay(known):
    await known.answer(known.host)
    assert (await known.host.post(f"/moderation/cases/{known.case_id}/known/remove")).status_code == 303
    assert await known.sees(known.host) == 404
    assert "You decided 1 of 1 as was settled" in (await known.host.get(PRACTICE)).text


async def test_cases_come_one_at_a_time_and_made_up_ones_are_mixed_in(known):
    seen = []
    for _ in range(len(EXAMPLES) + 1):
        key = (await known.host.get(f"{PRACTICE}/next")).headers["location"].rpartition("/")[2]
        seen.append(key)
        await known.answer(known.host, key)
    assert set(seen) == {*EXAMPLES, str(known.known_id)}
    assert "done=practised" in (await known.host.get(f"{PRACTICE}/next")).headers["location"]
    assert "You have answered all cases" in (await known.host.get(PRACTICE)).text


async def test_a_case_is_asked_again_after_its_time(known):
    await known.answer(known.host)
    assert "What was settled" in (await known.host.get(known.url)).text
    await known.scene.db.execute(update(PracticeAnswer).values(answered_at=datetime.now(UTC) - ASKED_AGAIN))
    await known.scene.db.commit()
    assert "What would you decide?" in (await known.host.get(known.url)).text


async def test_agreement_is_shown_to_oneself_alone(known):
    other = await known.browser("site_moderator")
    for _ in range(3):
        await known.answer(known.host)
    await known.answer(other, action="leave", house_rule="")
    assert "You decided 3 of 3 as was settled: 100&nbsp;%" in (await known.host.get(PRACTICE)).text
    assert "You decided 0 of 1 as was settled: 0&nbsp;%" in (await other.get(PRACTICE)).text
    assert "You have not answered any yet" in (await (await known.browser("administrator")).get(PRACTICE)).text
    for path in (
        "/people/host",
        "/debates/mill/moderators/activity",
        "/moderation/activity",
        "/moderation/known-cases",
    ):
        assert "as was settled" not in (await other.get(path)).text


async def test_who_has_not_begun_reads_what_there_is(scene, browser_of):
    await scene.db.commit()
    page = (await (await browser_of(scene.cast["host"])).get(PRACTICE)).text
    assert "You have not answered any yet" in page
    assert ">Begin</a>" in page
    assert "None is chosen yet" in (await (await browser_of(scene.cast["host"])).get("/moderation/known-cases")).text


@pytest.mark.parametrize("key", ["999999", "made-up-99", "9" * 30, "next-but-one"])
async def test_unknown_cases_are_not_found(known, key):
    assert (await known.host.get(f"{PRACTICE}/{key}")).status_code == 404
    assert (await known.answer(known.host, key)).status_code == 404


def test_there_is_a_made_up_example_for_each_rule_and_as_many_to_leave_alone() -> None:
    assert {example.house_rule for example in EXAMPLES.values() if example.verdict == Verdict.HIDE} == set(HouseRule)
    left = [example for example in EXAMPLES.values() if example.verdict == Verdict.LEAVE]
    assert len(left) >= 4
    assert all(example.house_rule is None for example in left)


async def test_statements_do_not_grow_with_cases_flags_and_answers(known, app):
    scene, seen = known.scene, []
    for round in range(2):
        pages = (PRACTICE, known.url, "/moderation/known-cases", f"/moderation/cases/{known.case_id}/known")
        for page in pages:
            await known.host.get(page)
        with counted_statements(app) as statements:
            for page in pages:
                await known.host.get(page)
        seen.append(len([each for each in statements if "sessions" not in each]))
        if round == 0:
            await grow(known, scene)
    assert seen[0] == seen[1]


async def grow(known, scene):
    case_id, _ = await settle(scene, known.browser_of, scene.annotation_url)
    await known.host.post(f"/moderation/cases/{case_id}/known")
    for key in list(EXAMPLES)[:4]:
        await known.answer(known.host, key)
    place = {"debate_id": scene.debate.id, "argument_id": scene.reply.id, "case_id": known.case_id}
    for name in ("member", "silenced"):
        scene.db.add(Flag(**place, reporter_id=scene.cast[name].id, reason="spam", words=""))
    assert (await scene.db.get(Annotation, (scene.debate.id, scene.annotation.id))) is not None
    await scene.db.commit()
