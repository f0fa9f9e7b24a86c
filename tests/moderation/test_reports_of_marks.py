"""What readers write in marks and credits can be flagged and taken away by a decision, is screened, and stands without
names as it was promised."""

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.doctor.examination import examine
from app.models import Case, Credit, Decision, Flag, LogEntry, ReviewMark, WatchAction, WatchedWord
from tests.moderation.conftest import BrowserOf, Scene, decision

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


def _url(mark: ReviewMark) -> str:
    return f"/debates/mill/marks/{mark.id}"


async def _decide(scene: Scene, browser_of: BrowserOf, action: str) -> str:
    """The address of the decision on the one case."""
    case = await scene.open_case()
    moderator = await browser_of(scene.cast["debate_moderator"])
    form = decision(action=action, version=str(case.version))
    assert (await moderator.post(f"/moderation/cases/{case.id}/decide", data=form)).status_code == 303
    made = select(Decision.id).where(Decision.case_id == case.id).order_by(Decision.id.desc()).limit(1)
    return f"/decisions/{await scene.db.scalar(made)}"


async def test_reader_flags_a_mark_whose_words_stay_in_its_case_in_the_debate(
    scene: Scene, browser_of: BrowserOf
) -> None:
    mark = await _mark(scene, browser_of)
    reader = await browser_of(scene.cast["newcomer"])
    assert f"{_url(mark)}/flag" in (await reader.get(scene.reply_url)).text
    form = (await reader.get(f"{_url(mark)}/flag")).text
    assert "wretched fool" in form
    assert scene.cast["member"].display_name not in form
    for _ in range(2):  # A form sent twice is one flag.
        answer = await reader.post(f"{_url(mark)}/flag", data={"reason": "abuse", "words": "It insults its author."})
        assert answer.headers["location"] == f"{_url(mark)}?done=flagged"
    place = await reader.get(answer.headers["location"])
    assert place.headers["location"] == f"{scene.reply_url}/marks?done=flagged#mark-{mark.id}"
    await (await browser_of(scene.cast["member"])).post(f"{_url(mark)}/take-back")
    case = await scene.open_case()
    assert (case.mark_id, case.person_id, case.flag_count) == (mark.id, None, 1)
    moderator = await browser_of(scene.cast["debate_moderator"])
    assert "wretched fool" in (await moderator.get("/moderation?kind=mark")).text
    page = (await moderator.get(f"/moderation/cases/{case.id}")).text
    assert "wretched fool" in page
    assert scene.cast["member"].display_name in page
    assert 'value="ask_edit"' not in page  # Nobody words a mark anew.


async def test_mark_is_taken_away_by_a_decision_that_names_nobody_in_public(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient
) -> None:
    mark = await _mark(scene, browser_of)
    reader, marker = await browser_of(scene.cast["newcomer"]), await browser_of(scene.cast["member"])
    await reader.post(f"{_url(mark)}/flag", data={"reason": "abuse"})
    made = await _decide(scene, browser_of, "hide")
    name = scene.cast["member"].display_name
    for address in (made, "/log", "/debates/mill/log", f"{scene.reply_url}/marks", "/log.csv"):
        page = (await client.get(address)).text
        assert name not in page
        assert "wretched fool" not in page
    assert "wretched fool" not in (await client.get(scene.reply_url)).text
    assert "a mark" in (await client.get("/log")).text
    assert "This mark is hidden." in (await client.get(f"{scene.reply_url}/marks")).text
    entry = (await scene.db.scalars(select(LogEntry))).one()
    assert (entry.item["kind"], entry.item["id"], entry.item["concerned"]) == ("mark", mark.id, None)
    assert "Moderators hid your mark" in (await marker.get("/notifications")).text
    assert "Appeal against it" in (await marker.get(made)).text
    assert "wretched fool" in (await marker.get(f"{scene.reply_url}/marks")).text
    assert "Moderators hid the mark that you flagged" in (await reader.get("/notifications")).text
    for page in (made, "/account/decisions", "/notifications"):
        assert name not in (await reader.get(page)).text
    await scene.db.commit()
    assert not [finding async for finding in examine(scene.db) if finding.count]


async def test_decision_about_a_mark_is_undone_and_the_mark_stands_again(scene: Scene, browser_of: BrowserOf) -> None:
    mark = await _mark(scene, browser_of)
    reader = await browser_of(scene.cast["newcomer"])
    await reader.post(f"{_url(mark)}/flag", data={"reason": "abuse"})
    made = await _decide(scene, browser_of, "remove")
    moderator = await browser_of(scene.cast["debate_moderator"])
    assert (await moderator.post(f"{made}/undo", data=decision())).status_code == 303
    assert "wretched fool" in (await reader.get(scene.reply_url)).text
    assert (await scene.open_case()).mark_id == mark.id


async def test_who_flagged_it_reads_why_it_stays_and_can_appeal(scene: Scene, browser_of: BrowserOf) -> None:
    mark = await _mark(scene, browser_of)
    reader = await browser_of(scene.cast["newcomer"])
    await reader.post(f"{_url(mark)}/flag", data={"reason": "abuse"})
    made = await _decide(scene, browser_of, "dismiss")
    assert (
        "Moderators looked at the mark that you flagged and let it stand" in (await reader.get("/notifications")).text
    )
    form = decision(words="It insults whoever believes these figures.")
    assert (await reader.post(f"{made}/appeal", data=form)).status_code == 303
    judge = await browser_of(scene.cast["administrator"])
    page = (await judge.get("/moderation/appeals")).text
    appeal = "/moderation/appeals/" + page.partition('href="/moderation/appeals/')[2].partition('"')[0]
    answer = decision(outcome="overturned", version="0")
    assert (await judge.post(f"{appeal}/answer", data=answer)).status_code == 303
    assert (await scene.open_case()).mark_id == mark.id
    assert scene.cast["member"].display_name not in (await reader.get(made)).text


async def test_hidden_mark_makes_room_for_another_and_its_author_takes_it_back_first(
    scene: Scene, browser_of: BrowserOf
) -> None:
    mark = await _mark(scene, browser_of)
    moderator, marker = await browser_of(scene.cast["debate_moderator"]), await browser_of(scene.cast["member"])
    hidden = await moderator.post(f"{_url(mark)}/hide", data=decision())
    assert hidden.status_code == 303
    again = {"kind": "unclear", "words": "Which figures are meant here?"}
    assert "Take it back before" in (await marker.post(f"{scene.reply_url}/marks", data=again)).text
    for name in ("newcomer", "host"):
        answer = await (await browser_of(scene.cast[name])).post(f"{scene.reply_url}/marks", data=again)
        assert answer.status_code == 303
    full = await (await browser_of(scene.cast["other_moderator"])).post(f"{scene.reply_url}/marks", data=again)
    assert full.status_code == 409
    made = hidden.headers["location"].partition("?")[0]
    assert (await moderator.post(f"{made}/undo", data=decision())).status_code == 303
    assert "wretched fool" in (await marker.get(scene.reply_url)).text


async def test_flag_is_taken_back(scene: Scene, browser_of: BrowserOf) -> None:
    mark = await _mark(scene, browser_of)
    reader = await browser_of(scene.cast["newcomer"])
    await reader.post(f"{_url(mark)}/flag", data={"reason": "abuse"})
    assert "You have flagged this" in (await reader.get(f"{_url(mark)}/flag")).text
    assert (await reader.post(f"{_url(mark)}/unflag")).status_code == 303
    assert (await scene.db.scalars(select(Case.closed_at))).one() is not None


async def test_nobody_flags_their_own_mark_or_one_that_is_gone_or_for_its_place(
    scene: Scene, browser_of: BrowserOf
) -> None:
    mark = await _mark(scene, browser_of)
    member, reader = await browser_of(scene.cast["member"]), await browser_of(scene.cast["newcomer"])
    assert (await member.post(f"{_url(mark)}/flag", data={"reason": "abuse"})).status_code == 403
    assert (await reader.post(f"{_url(mark)}/flag", data={"reason": "misplaced"})).status_code == 422
    await member.post(f"{_url(mark)}/take-back")
    assert (await reader.get(f"{_url(mark)}/flag")).status_code == 404


async def test_mark_is_out_of_sight_with_its_argument(scene: Scene, browser_of: BrowserOf) -> None:
    mark = await _mark(scene, browser_of)
    moderator, reader = await browser_of(scene.cast["debate_moderator"]), await browser_of(scene.cast["newcomer"])
    assert (await moderator.post(f"{scene.reply_url}/hide", data=decision())).status_code == 303
    for url in (_url(mark), f"{_url(mark)}/flag"):
        answer = await reader.get(url)
        assert answer.status_code == 403
        assert "wretched fool" not in answer.text
    assert (await reader.post(f"{_url(mark)}/flag", data={"reason": "abuse"})).status_code == 403


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


async def test_watched_word_that_flags_opens_the_case_of_a_credit_or_a_mark(
    scene: Scene, browser_of: BrowserOf
) -> None:
    await _watch(scene, WatchAction.FLAG)
    member = await browser_of(scene.cast["member"])
    await member.post(f"{scene.reply_url}/marks", data=MARK)
    await member.post(f"{scene.reply_url}/credit", data=CREDIT)
    flags = (await scene.db.scalars(select(Flag).order_by(Flag.id))).all()
    assert flags[0].mark_id == (await scene.db.scalars(select(ReviewMark.id))).one()
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
