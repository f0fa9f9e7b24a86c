"""Ready reasons fill in what a decision's form leaves empty; a debate adds its own and retires them."""

from sqlalchemy import select

from app.models import CannedReason, Decision
from tests.moderation.casework.conftest import open_case
from tests.moderation.conftest import WHY, BrowserOf, Scene, decision, flag

URL = "/debates/mill/reasons"
OWN = {"title": "Old figures", "house_rule": "honest", "explanation": "The figures are older than the essay says."}


async def test_debate_adds_a_reason_that_its_moderators_then_choose(scene: Scene, browser_of: BrowserOf) -> None:
    case = await open_case(scene)
    browser = await browser_of(scene.cast["debate_moderator"])
    for _ in range(2):  # Sent twice, it is there once.
        assert (await browser.post(URL, data=OWN)).status_code == 303
    reason = (await scene.db.scalars(select(CannedReason))).one()
    assert "Old figures" in (await browser.get(f"/moderation/cases/{case.id}")).text
    form = decision(action="hide", version="1", house_rule="", explanation="", ready=str(reason.id))
    assert (await browser.post(f"/moderation/cases/{case.id}/decide", data=form)).status_code == 303
    made = (await scene.db.scalars(select(Decision).where(Decision.case_id == case.id))).one()
    assert (made.house_rule, made.explanation) == ("honest", OWN["explanation"])


async def test_own_words_count_before_the_ready_ones(scene: Scene, browser_of: BrowserOf) -> None:
    case = await open_case(scene)
    browser = await browser_of(scene.cast["debate_moderator"])
    form = decision(action="hide", version="1", ready="spam")
    await browser.post(f"/moderation/cases/{case.id}/decide", data=form)
    made = (await scene.db.scalars(select(Decision).where(Decision.case_id == case.id))).one()
    assert (made.house_rule, made.explanation) == ("civil", WHY)


async def test_retired_reason_is_offered_no_more(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["host"])
    await browser.post(URL, data=OWN)
    reason = (await scene.db.scalars(select(CannedReason))).one()
    assert (await browser.post(f"{URL}/{reason.id}/retire")).status_code == 303
    assert "Old figures" not in (await browser.get(URL)).text


async def test_reason_needs_a_rule_and_an_explanation(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["host"])
    answer = await browser.post(URL, data={"title": "Short", "explanation": "No."})
    assert answer.status_code == 422
    assert "Short" in answer.text


async def test_reasons_are_for_moderators_of_the_debate(scene: Scene, browser_of: BrowserOf) -> None:
    for name in ("member", "other_moderator", "suspended"):
        assert (await (await browser_of(scene.cast[name])).get(URL)).status_code == 403


async def test_cases_of_people_have_reasons_of_their_own_which_fill_in_too(scene: Scene, browser_of: BrowserOf) -> None:
    await flag(await browser_of(scene.cast["newcomer"]), "/people/author", "spam")
    case = await scene.open_case()
    browser = await browser_of(scene.cast["site_moderator"])
    page = (await browser.get(f"/moderation/cases/{case.id}")).text
    assert ">5</kbd> Advertises" in page
    assert "Off topic" not in page  # That is said of a text.
    form = decision(action="warn", version="1", house_rule="", explanation="", ready="advertises")
    answer = await browser.post(f"/moderation/cases/{case.id}/decide-about-person", data=form)
    assert answer.status_code == 303, answer.text
    made = (await scene.db.scalars(select(Decision).where(Decision.case_id == case.id))).one()
    assert (made.action, made.house_rule) == ("warn", "no_spam")
    assert made.explanation.startswith("They are here to advertise")


async def test_a_reason_about_texts_says_nothing_of_a_person(scene: Scene, browser_of: BrowserOf) -> None:
    await flag(await browser_of(scene.cast["newcomer"]), "/people/author", "spam")
    case = await scene.open_case()
    browser = await browser_of(scene.cast["site_moderator"])
    form = decision(action="warn", version="1", house_rule="", explanation="", ready="misquote")
    assert (await browser.post(f"/moderation/cases/{case.id}/decide-about-person", data=form)).status_code == 422
    form = decision(action="dismiss", version="1", house_rule="", explanation="", ready="advertises")
    assert (await browser.post(f"/moderation/cases/{case.id}/decide-about-person", data=form)).status_code == 303
    made = (await scene.db.scalars(select(Decision).where(Decision.case_id == case.id))).one()
    assert (made.house_rule, made.explanation) == (None, "")


async def test_every_reason_has_a_digit_and_the_page_says_how_to_reach_those_after_the_ninth(
    scene: Scene, browser_of: BrowserOf
) -> None:
    case = await open_case(scene)
    browser = await browser_of(scene.cast["debate_moderator"])
    page = (await browser.get(f"/moderation/cases/{case.id}")).text
    assert "moves them on" not in page
    assert page.count("data-nine=") == 6
    for number in range(8):
        await browser.post(URL, data={**OWN, "title": f"Old figures, number {number}"})
    page = (await browser.get(f"/moderation/cases/{case.id}")).text
    assert "</span> of 14; <kbd>0</kbd> moves them on." in page
    assert [page.count(f'data-nine="{nine}" hidden>1</kbd>') for nine in (0, 1, 2)] == [1, 1, 0]
