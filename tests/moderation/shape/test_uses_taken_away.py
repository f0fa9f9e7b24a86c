"""What somebody else brought as a reply from elsewhere moderators take away by a decision, and undo that exactly."""

from typing import NamedTuple

import pytest
from sqlalchemy import select

from app.models import Action, Argument, ArgumentLink, Decision, LogEntry, Notification, Relation
from tests.moderation.conftest import BrowserOf, decision
from tests.moderation.shape.conftest import Grove

WHY = "It speaks of another mill, in another town."


class Used(NamedTuple):
    source: Argument
    target: Argument
    link_id: int

    def url(self, grove: Grove, act: str) -> str:
        return f"{grove.url(self.target, 'use')}/{self.link_id}/{act}"


@pytest.fixture
async def used(grove: Grove, browser_of: BrowserOf) -> Used:
    """By the member; it rebuts what the author wrote."""
    target = await grove.grow(grove.cast["author"])
    source = await grove.grow(None)
    member = await browser_of(grove.cast["member"])
    sent = {"argument": source.id, "relation": Relation.REBUT}
    assert (await member.post(grove.url(target, "use"), data=sent)).status_code == 303
    link_id = (await grove.db.scalars(select(ArgumentLink.id))).one()
    await grove.db.commit()
    return Used(source, target, link_id)


async def _take_away(grove: Grove, used: Used) -> str:
    sent = decision(explanation=WHY)
    answer = await grove.moderator.post(used.url(grove, "take-away"), data=sent)
    assert answer.status_code == 303, answer.text
    again = await grove.moderator.post(used.url(grove, "take-away"), data=sent)
    assert again.headers["location"] == answer.headers["location"], "The same form twice is one decision."
    return str(answer.headers["location"]).partition("?")[0]


async def test_moderator_takes_it_away_with_a_reason_in_the_log_and_who_brought_it_is_told(
    grove: Grove, used: Used, browser_of: BrowserOf
) -> None:
    page = (await grove.moderator.get(grove.url(used.target))).text
    assert f'href="{used.url(grove, "take-away")}"' in page
    assert used.source.claim in (await grove.moderator.get(used.url(grove, "take-away"))).text
    url = await _take_away(grove, used)
    assert used.source.claim not in (await grove.moderator.get(grove.url(used.target))).text
    made = (await grove.db.scalars(select(Decision))).all()[-1]
    assert (made.action, made.concerned_id) == (Action.UNUSE, grove.cast["member"].id)
    entry = (await grove.db.scalars(select(LogEntry).filter_by(decision_id=made.id))).one()
    assert (entry.item["kind"], entry.item["id"], entry.explanation) == ("use", used.target.id, WHY)
    log = (await grove.moderator.get("/log")).text
    assert "a reply from elsewhere brought by" in log
    member = await browser_of(grove.cast["member"])
    assert "Moderators took away an argument that you had brought" in (await member.get("/notifications")).text
    shown = (await member.get(url)).text
    assert "Appeal against it" in shown
    assert grove.url(used.source) in shown
    assert "a reply that you brought from elsewhere" in (await member.get("/account/decisions")).text
    assert await grove.wrong() == []


async def test_undoing_it_is_the_identity(grove: Grove, used: Used) -> None:
    before = await grove.state()
    url = await _take_away(grove, used)
    assert await grove.state() != before
    assert (await grove.moderator.post(f"{url}/undo", data=decision())).status_code == 303
    assert await grove.state() == before
    assert used.source.claim in (await grove.moderator.get(grove.url(used.target))).text
    assert await grove.wrong() == []


async def test_one_takes_back_what_one_brought_and_nobody_else_without_a_decision(
    grove: Grove, used: Used, browser_of: BrowserOf
) -> None:
    refused = await grove.moderator.post(used.url(grove, "withdraw"))
    assert refused.status_code == 403
    assert "moderators take it away by a decision" in refused.text
    member = await browser_of(grove.cast["member"])
    assert f'action="{used.url(grove, "withdraw")}"' in (await member.get(grove.url(used.target))).text
    assert (await member.get(used.url(grove, "take-away"))).status_code == 403
    assert (await member.post(used.url(grove, "withdraw"))).status_code == 303
    late = await grove.moderator.post(used.url(grove, "take-away"), data=decision(explanation=WHY))
    assert late.status_code == 409
    assert WHY in late.text
    assert (await grove.db.scalars(select(Decision.id).filter_by(action=Action.UNUSE))).all() == []


async def test_a_reason_is_needed_and_can_be_previewed(grove: Grove, used: Used) -> None:
    url = used.url(grove, "take-away")
    assert (await grove.moderator.post(url, data=decision(explanation="No."))).status_code == 422
    preview = await grove.moderator.post(url, data=decision(explanation=WHY, act="preview"))
    assert preview.status_code == 200
    assert "but answers this one no more" in preview.text
    assert (await grove.db.get_one(ArgumentLink, (grove.debate.id, used.link_id))).withdrawn_at is None


async def test_who_argues_there_reads_before_that_somebody_else_decides(
    grove: Grove, used: Used, browser_of: BrowserOf
) -> None:
    await grove.grow(grove.cast["site_moderator"])
    page = await grove.moderator.get(used.url(grove, "take-away"))
    assert "You cannot take it away." in page.text
    assert "You have argued here: another moderator has to decide." in page.text
    answer = await grove.moderator.post(used.url(grove, "take-away"), data=decision(explanation=WHY))
    assert answer.status_code == 403


async def test_what_was_taken_away_is_not_brought_again_until_that_is_undone(
    grove: Grove, used: Used, browser_of: BrowserOf
) -> None:
    url = await _take_away(grove, used)
    member = await browser_of(grove.cast["member"])
    sent = {"argument": used.source.id, "relation": Relation.REBUT}
    refused = await member.post(grove.url(used.target, "use"), data=sent)
    assert refused.status_code == 409
    assert "Moderators have taken it away from here" in refused.text
    await grove.moderator.post(f"{url}/undo", data=decision())
    assert (await member.post(grove.url(used.target, "use"), data=sent)).status_code == 303
    told = select(Notification.id).filter_by(user_id=grove.cast["member"].id)
    assert len((await grove.db.scalars(told)).all()) == 2, "Of the decision and of its undoing."


async def test_undoing_is_refused_where_it_would_answer_itself_by_now(grove: Grove, used: Used) -> None:
    url = await _take_away(grove, used)
    assert (await grove.move(used.target, used.source)).status_code == 303
    refused = await grove.moderator.post(f"{url}/undo", data=decision())
    assert refused.status_code == 409
    assert "it would answer itself" in refused.text
