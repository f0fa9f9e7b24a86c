"""What readers write in marks and credits can be reported, is screened, and stands without names as it was promised."""

import pytest
from sqlalchemy import select

from app.actor import Actor
from app.models import Action, Case, Credit, Decision, Flag, Notification, ReviewMark, WatchAction, WatchedWord
from app.moderation.records import tell_all
from tests.moderation.conftest import BrowserOf, Scene

MARK = {"kind": "unsupported", "words": "Only a wretched fool would believe these figures."}
CREDIT = {"reason": "Before I was a wretched believer in flutes, and now I know better than that."}


async def _mark(scene: Scene, browser_of: BrowserOf, name: str = "member") -> ReviewMark:
    answer = await (await browser_of(scene.cast[name])).post(f"{scene.reply_url}/marks", data=MARK)
    assert answer.status_code == 303
    return (await scene.db.scalars(select(ReviewMark))).one()


async def _watch(scene: Scene, action: WatchAction) -> None:
    scene.db.add(WatchedWord(pattern="wretch*", action=action))
    await scene.db.commit()


async def test_only_moderators_read_who_set_a_mark(scene: Scene, browser_of: BrowserOf) -> None:
    await _mark(scene, browser_of)
    name = scene.cast["member"].display_name
    for reader, sees in (("newcomer", False), ("author", False), ("debate_moderator", True)):
        page = (await (await browser_of(scene.cast[reader])).get(f"{scene.reply_url}/marks")).text
        main = page.partition("<main")[2].partition("</main")[0]
        assert (f"/people/{scene.cast['member'].username}" in main) == sees
        assert (name in main) == sees
    assert "Yours" in (await (await browser_of(scene.cast["member"])).get(f"{scene.reply_url}/marks")).text


async def test_reader_reports_a_mark_whose_words_stay_in_the_case_of_its_author(
    scene: Scene, browser_of: BrowserOf
) -> None:
    mark = await _mark(scene, browser_of)
    url = f"{scene.reply_url}/marks/{mark.id}/flag"
    reader = await browser_of(scene.cast["newcomer"])
    assert url in (await reader.get(scene.reply_url)).text
    form = (await reader.get(url)).text
    assert "wretched fool" in form
    assert scene.cast["member"].display_name not in form
    for _ in range(2):  # A form sent twice is one flag.
        answer = await reader.post(url, data={"reason": "abuse", "words": "It insults its author."})
        assert answer.headers["location"] == f"{scene.reply_url}?done=flagged"
    await (await browser_of(scene.cast["member"])).post(f"{scene.reply_url}/marks/{mark.id}/resolve")
    case = (await scene.db.scalars(select(Case))).one()
    assert (case.person_id, case.flag_count) == (scene.cast["member"].id, 1)
    page = (await (await browser_of(scene.cast["site_moderator"])).get(f"/moderation/cases/{case.id}")).text
    assert "wretched fool" in page
    assert f"{scene.reply_url}/marks" in page


async def test_reporter_is_told_of_the_outcome_without_the_name(scene: Scene, browser_of: BrowserOf) -> None:
    mark = await _mark(scene, browser_of)
    reader = await browser_of(scene.cast["newcomer"])
    await reader.post(f"{scene.reply_url}/marks/{mark.id}/flag", data={"reason": "abuse"})
    assert "Flag this person" in (await reader.get(f"/people/{scene.cast['member'].username}/flag")).text
    case = (await scene.db.scalars(select(Case))).one()
    warned = {
        "action": "warn", "house_rule": "civil", "explanation": "A mark says what to mend and insults nobody.",
        "version": str(case.version), "idempotency_key": "the-first-warning",
    }  # fmt: skip
    moderator = await browser_of(scene.cast["site_moderator"])
    assert (await moderator.post(f"/moderation/cases/{case.id}/decide-about-person", data=warned)).status_code == 303
    told = select(Notification).filter_by(user_id=scene.cast["newcomer"].id)
    notice = (await scene.db.scalars(told)).one()
    assert (notice.decision_id, notice.argument_id) == (None, scene.reply.id)
    page = (await reader.get("/notifications")).text
    assert "decided about a mark that you reported" in page
    assert scene.cast["member"].display_name not in page
    assert scene.cast["member"].display_name not in (await reader.get("/account/decisions")).text


async def test_report_is_taken_back(scene: Scene, browser_of: BrowserOf) -> None:
    mark = await _mark(scene, browser_of)
    reader = await browser_of(scene.cast["newcomer"])
    url = f"{scene.reply_url}/marks/{mark.id}"
    await reader.post(f"{url}/flag", data={"reason": "abuse"})
    assert "You have reported this mark" in (await reader.get(f"{url}/flag")).text
    assert (await reader.post(f"{url}/unflag")).status_code == 303
    assert (await scene.db.scalars(select(Case.closed_at))).one() is not None


async def test_nobody_reports_their_own_mark_or_one_that_is_gone(scene: Scene, browser_of: BrowserOf) -> None:
    mark = await _mark(scene, browser_of)
    url = f"{scene.reply_url}/marks/{mark.id}"
    member = await browser_of(scene.cast["member"])
    assert (await member.post(f"{url}/flag", data={"reason": "abuse"})).status_code == 403
    await member.post(f"{url}/resolve")
    assert (await (await browser_of(scene.cast["newcomer"])).get(f"{url}/flag")).status_code == 404


@pytest.mark.parametrize("action", [WatchAction.BLOCK, WatchAction.HOLD])
@pytest.mark.parametrize(("act", "sent"), [("marks", MARK), ("credit", CREDIT)])
async def test_watched_word_is_refused_where_nothing_can_wait(
    scene: Scene, browser_of: BrowserOf, action: WatchAction, act: str, sent: dict[str, str]
) -> None:
    await _watch(scene, action)
    answer = await (await browser_of(scene.cast["member"])).post(f"{scene.reply_url}/{act}", data=sent)
    assert answer.status_code == 422
    assert "“wretched”" in answer.text
    assert list(sent.values())[-1] in answer.text
    assert 'class="field-error"' in answer.text
    for kind in (ReviewMark, Credit):
        assert (await scene.db.scalars(select(kind.id))).all() == []


async def test_watched_word_that_flags_opens_the_case_of_a_credit_or_of_who_set_the_mark(
    scene: Scene, browser_of: BrowserOf
) -> None:
    await _watch(scene, WatchAction.FLAG)
    member = await browser_of(scene.cast["member"])
    await member.post(f"{scene.reply_url}/marks", data=MARK)
    await member.post(f"{scene.reply_url}/credit", data=CREDIT)
    flags = (await scene.db.scalars(select(Flag).order_by(Flag.id))).all()
    assert [(flag.person_id, flag.mark_words) for flag in flags] == [
        (scene.cast["member"].id, MARK["words"]),
        (None, ""),
    ]
    assert flags[1].credit_id == (await scene.db.scalars(select(Credit.id))).one()


@pytest.mark.parametrize(("act", "sent"), [("marks", MARK), ("credit", CREDIT)])
async def test_first_words_stand_nowhere_at_once_where_first_posts_wait(
    scene: Scene, browser_of: BrowserOf, act: str, sent: dict[str, str]
) -> None:
    scene.debate.holds_first_posts = True
    await scene.db.commit()
    answer = await (await browser_of(scene.cast["newcomer"])).post(f"{scene.reply_url}/{act}", data=sent)
    assert answer.status_code == 422
    assert "a moderator reads what new members write" in answer.text
    assert list(sent.values())[-1] in answer.text
    known = await (await browser_of(scene.cast["host"])).post(f"{scene.reply_url}/{act}", data=sent)
    assert known.status_code == 303


async def test_of_many_decisions_at_once_reporters_of_marks_learn_no_name_either(
    scene: Scene, browser_of: BrowserOf
) -> None:
    mark = await _mark(scene, browser_of)
    reader, moderator = scene.cast["newcomer"], scene.cast["site_moderator"]
    await (await browser_of(reader)).post(f"{scene.reply_url}/marks/{mark.id}/flag", data={"reason": "abuse"})
    case = (await scene.db.scalars(select(Case))).one()
    made = [Decision(action=Action.DISMISS, case_id=case.id, moderator_id=moderator.id, explanation="") for _ in "ab"]
    made[1].case_id = None
    scene.db.add_all(made)
    await scene.db.flush()
    await tell_all(scene.db, Actor(id=moderator.id), made)
    told = (await scene.db.scalars(select(Notification).filter_by(user_id=reader.id))).all()
    assert [(notice.decision_id, notice.argument_id) for notice in told] == [(None, scene.reply.id)]
