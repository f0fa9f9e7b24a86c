"""A newcomer's first post waits for a moderator, is seen nowhere else, and loses nothing by it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, select

from app.doctor.examination import examine
from app.models import (
    Action,
    Annotation,
    Appeal,
    Argument,
    Debate,
    Decision,
    HeldPost,
    LogEntry,
    Notification,
    Sanction,
    SanctionKind,
    User,
)
from tests.moderation.conftest import WHY, argue
from tests.moderation.waiting.conftest import CLAIM


async def count(db, kind, **values):
    found = (await db.execute(select(func.count()).select_from(kind).filter_by(**values))).scalar_one()
    await db.commit()
    return found


async def decide(browser, post, act, **fields):
    data = {"version": str(post.version), "idempotency_key": str(uuid4()), **fields}
    url = f"/debates/mill/waiting/{post.id}/{act}"
    return await browser.post(url, data=data)


async def test_first_post_waits_and_stands_nowhere(newcomer, client, db, scene):
    before = await count(db, Argument)
    url = await newcomer.wait()
    assert "It waits for a moderator" in (await newcomer.browser.get(url)).text
    assert CLAIM in (await newcomer.browser.get("/account/waiting")).text
    assert await count(db, Argument) == before
    for page in (
        newcomer.parent_url,
        "/debates/mill",
        "/debates/mill/outline",
        "/people/newcomer",
        "/search?q=millers",
    ):
        assert CLAIM not in (await client.get(page)).text
    assert await count(db, Notification, user_id=scene.cast["member"].id) == 0


async def test_nobody_else_sees_what_waits(newcomer, client, browser_of, scene):
    url = await newcomer.wait()
    assert (await client.get(url)).status_code in (303, 401)
    assert (await (await browser_of(scene.cast["member"])).get(url)).status_code == 403


async def test_same_form_sent_twice_waits_once(newcomer):
    key = str(uuid4())
    assert await newcomer.wait(idempotency_key=key) == await newcomer.wait(idempotency_key=key)


async def test_released_post_stands_with_its_counts_and_its_parents_author_is_told(newcomer, moderator, db, scene):
    await newcomer.wait()
    assert CLAIM in (await moderator.get("/moderation/waiting")).text
    assert "1 post waits" in (await moderator.get("/moderation")).text
    answer = await decide(moderator, await newcomer.held(), "release")
    assert answer.status_code == 303, answer.text
    post = await newcomer.held()
    argument = await db.get(Argument, (scene.debate.id, post.argument_id))
    assert argument is not None
    assert (argument.claim, argument.author_id) == (CLAIM, scene.cast["newcomer"].id)
    assert await count(db, Notification, user_id=scene.cast["member"].id, argument_id=argument.id) == 1
    assert await count(db, Notification, user_id=scene.cast["newcomer"].id) == 1
    assert await count(db, LogEntry, action="release") == 1
    assert [finding.name async for finding in examine(db) if finding.count] == []


async def test_posts_after_the_first_need_not_wait(newcomer, moderator):
    await newcomer.wait()
    await decide(moderator, await newcomer.held(), "release")
    answer = await newcomer.reply(claim="The council never went to see the mill.")
    assert answer.headers["location"].endswith("done=posted")


async def test_declined_post_comes_with_a_reason_and_can_be_worded_anew(newcomer, moderator, db):
    url = await newcomer.wait()
    answer = await decide(moderator, await newcomer.held(), "decline", house_rule="civil", explanation=WHY)
    assert answer.status_code == 303, answer.text
    assert WHY in (await newcomer.browser.get(answer.headers["location"])).text
    assert "It was not let stand" in (await newcomer.browser.get(url)).text
    post = await newcomer.held()
    fields = {"version": str(post.version), "claim": "The millers were never asked.", "grounds": post.fields["grounds"]}
    assert (await newcomer.browser.post(f"{url}/edit", data=fields)).status_code == 303
    post = await newcomer.held()
    assert (post.decision_id, post.fields["claim"]) == (None, "The millers were never asked.")
    assert await count(db, Decision, action="decline") == 1


async def test_declined_post_can_still_be_released_which_undoes_the_decision(newcomer, moderator, db):
    await newcomer.wait()
    await decide(moderator, await newcomer.held(), "decline", house_rule="civil", explanation=WHY)
    declined = (await newcomer.held()).decision_id
    assert (await decide(moderator, await newcomer.held(), "release")).status_code == 303
    assert await count(db, Decision, action="release", reverses_id=declined) == 1


async def test_declining_needs_a_rule_and_an_explanation(newcomer, moderator):
    await newcomer.wait()
    answer = await decide(moderator, await newcomer.held(), "decline")
    assert answer.status_code == 422
    assert "House rule" in answer.text
    assert (await newcomer.held()).decision_id is None


@pytest.mark.parametrize("kind", [SanctionKind.SUSPEND, SanctionKind.SILENCE])
async def test_that_its_author_may_not_write_now_is_said_of_the_author(newcomer, moderator, db, scene, kind):
    url = await newcomer.wait()
    until = datetime.now(UTC) + timedelta(hours=3)
    made = Decision(action=Action(kind), concerned_id=scene.cast["newcomer"].id, explanation=WHY, until=until)
    db.add(made)
    await db.flush()
    db.add(Sanction(user_id=scene.cast["newcomer"].id, kind=kind, decision_id=made.id, until=until))
    await db.commit()
    said = "Its author is suspended until" if kind == SanctionKind.SUSPEND else "Its author is silenced until"
    page = (await moderator.get(url)).text
    assert said in page
    assert f"{url}/release" not in page
    answer = await decide(moderator, await newcomer.held(), "release")
    assert answer.status_code == 409
    assert said in answer.text
    assert "so it cannot be posted now" in answer.text
    assert "Your account" not in answer.text
    assert not (await newcomer.held()).is_released


async def test_stale_decision_is_refused(newcomer, moderator):
    url = await newcomer.wait()
    seen = await newcomer.held()
    fields = {"version": str(seen.version), "claim": "The millers were never asked.", "grounds": seen.fields["grounds"]}
    await newcomer.browser.post(f"{url}/edit", data=fields)
    answer = await decide(moderator, seen, "release")
    assert answer.status_code == 409
    assert "The millers were never asked." in answer.text


async def test_edit_of_what_was_let_stand_meanwhile_keeps_the_words_and_leads_there(newcomer, moderator):
    url = await newcomer.wait()
    seen = await newcomer.held()
    await decide(moderator, seen, "release")
    fields = {"version": str(seen.version), "claim": "The millers were never asked.", "grounds": seen.fields["grounds"]}
    answer = await newcomer.browser.post(f"{url}/edit", data=fields)
    assert answer.status_code == 409
    assert "A moderator has let it stand meanwhile" in answer.text
    assert "The millers were never asked.</textarea>" in answer.text
    assert f'href="/debates/mill/arguments/{(await newcomer.held()).argument_id}/edit"' in answer.text
    assert ">Save</button>" not in answer.text


async def test_edit_of_what_was_withdrawn_in_another_window_keeps_the_words(newcomer):
    url = await newcomer.wait()
    seen = await newcomer.held()
    await newcomer.browser.post(f"{url}/withdraw")
    fields = {"version": str(seen.version), "claim": "The millers were never asked.", "grounds": seen.fields["grounds"]}
    answer = await newcomer.browser.post(f"{url}/edit", data=fields)
    assert answer.status_code == 409
    assert "You have withdrawn it meanwhile" in answer.text
    assert "The millers were never asked.</textarea>" in answer.text


async def test_what_was_let_stand_meanwhile_is_withdrawn_where_it_stands(newcomer, moderator, scene):
    url = await newcomer.wait()
    await decide(moderator, await newcomer.held(), "release")
    answer = await newcomer.browser.post(f"{url}/withdraw")
    assert answer.status_code == 409
    assert "A moderator has let it stand meanwhile" in answer.text
    assert f'href="/debates/mill/arguments/{(await newcomer.held()).argument_id}"' in answer.text
    assert (await newcomer.held()).withdrawn_at is None


async def test_withdrawn_post_cannot_be_released(newcomer, moderator):
    url = await newcomer.wait()
    assert (await newcomer.browser.post(f"{url}/withdraw")).status_code == 303
    assert (await decide(moderator, await newcomer.held(), "release")).status_code == 403


async def test_annotations_and_replies_to_them_wait_too(newcomer, moderator, db, scene):
    body = "Which nine are these? The council counts eleven."
    url = f"/debates/mill/annotations/{scene.annotation.id}/replies"
    answer = await newcomer.browser.post(url, data={"body": body, "idempotency_key": str(uuid4())})
    assert answer.headers["location"].endswith("done=waits")
    note = {"revision": "1", "first": "1", "kind": "note", "body": "Is it so?", "idempotency_key": str(uuid4())}
    answer = await newcomer.browser.post("/debates/mill/annotations?paragraph=2", data=note)
    assert answer.headers["location"].endswith("done=waits"), answer.text
    assert (await decide(moderator, await newcomer.held(), "release")).status_code == 303
    post = await newcomer.held()
    assert await count(db, Annotation, id=post.annotation_id, body_markdown="Is it so?") == 1


async def test_no_more_than_three_posts_of_a_person_wait(newcomer):
    for number in range(3):
        await newcomer.wait(claim=f"The millers were asked {number} times.")
    answer = await newcomer.reply(claim="The millers were asked too often.")
    assert answer.status_code == 429
    assert "Retry-After" in answer.headers


async def test_nothing_waits_where_the_debate_does_not_want_it(newcomer, db, scene):
    debate = await db.get(Debate, scene.debate.id, populate_existing=True)
    debate.holds_first_posts = False
    await db.commit()
    assert (await newcomer.reply()).headers["location"].endswith("done=posted")


async def test_what_comes_faster_than_anybody_types_waits_even_so(newcomer, db, scene):
    debate = await db.get(Debate, scene.debate.id, populate_existing=True)
    debate.holds_first_posts = False
    await db.commit()
    form = (await newcomer.browser.get(f"{newcomer.parent_url}/reply")).text
    key = form.split('name="idempotency_key" value="')[1].split('"')[0]
    await newcomer.wait(idempotency_key=key)
    assert (await newcomer.held()).reason == "trap"
    await newcomer.wait(website="https://spam.example", claim="The millers were asked twice.")


async def test_moderators_of_the_debate_need_not_wait(newcomer, moderator, db, scene):
    fields = {
        "relation": "rebut",
        "claim": CLAIM,
        "grounds": "Nobody asked them at all.",
        "idempotency_key": str(uuid4()),
    }
    answer = await moderator.post(f"{newcomer.parent_url}/replies", data=fields)
    assert answer.headers["location"].endswith("done=posted")
    assert await count(db, User, id=scene.cast["debate_moderator"].id) == 1


async def test_moderators_who_have_argued_leave_it_to_others(newcomer, moderator, scene):
    await argue(scene, "debate_moderator")
    url = await newcomer.wait()
    why = "You have argued here: another moderator has to decide."
    assert why in (await moderator.get(url)).text
    answer = await moderator.post(f"{url}/release", data={"version": "0", "idempotency_key": str(uuid4())})
    assert answer.status_code == 403
    assert why in answer.text
    assert not (await newcomer.held()).is_released


async def test_who_is_refused_can_appeal_and_another_moderator_lets_it_stand(
    newcomer, moderator, browser_of, db, scene
):
    url = await newcomer.wait()
    answer = await decide(moderator, await newcomer.held(), "decline", house_rule="civil", explanation=WHY)
    declined = answer.headers["location"].partition("?")[0]
    assert "Appeal against it" in (await newcomer.browser.get(declined)).text
    assert url in (await newcomer.browser.get(declined)).text
    sent = await newcomer.browser.post(
        f"{declined}/appeal", data={"words": "The rule speaks of people, and I did not."}
    )
    assert sent.status_code == 303
    appeal = (await db.scalars(select(Appeal))).one()
    other = await browser_of(scene.cast["host"])
    page = (await other.get(f"/moderation/appeals/{appeal.id}")).text
    assert url in page
    assert "The post stands from then on" in page
    fields = {"outcome": "overturned", "version": "0", "explanation": WHY, "idempotency_key": str(uuid4())}
    answered = await other.post(f"/moderation/appeals/{appeal.id}/answer", data=fields)
    assert answered.status_code == 303, answered.text
    assert await count(db, Argument, claim=CLAIM) == 1
    await db.refresh(appeal)
    assert appeal.outcome == "overturned"
    assert "Read the answer" in (await newcomer.browser.get("/notifications")).text


async def test_letting_a_declined_post_stand_answers_the_appeal_against_it(newcomer, moderator, db):
    await newcomer.wait()
    answer = await decide(moderator, await newcomer.held(), "decline", house_rule="civil", explanation=WHY)
    declined = answer.headers["location"].partition("?")[0]
    await newcomer.browser.post(f"{declined}/appeal", data={"words": "The rule speaks of people, and I did not."})
    await decide(moderator, await newcomer.held(), "release")
    assert (await db.scalars(select(Appeal.outcome))).one() == "overturned"


async def test_undoing_lets_a_declined_post_wait_again_and_tells_its_author(newcomer, moderator, db):
    await newcomer.wait()
    answer = await decide(moderator, await newcomer.held(), "decline", house_rule="civil", explanation=WHY)
    declined = answer.headers["location"].partition("?")[0]
    assert "The post waits for a moderator again then" in (await moderator.get(f"{declined}/undo")).text
    undone = await moderator.post(f"{declined}/undo", data={"explanation": WHY, "idempotency_key": str(uuid4())})
    assert undone.status_code == 303
    post = await newcomer.held()
    assert (post.decision_id, post.is_released) == (None, False)
    assert CLAIM in (await moderator.get("/moderation/waiting")).text
    assert "waits for one of them again" in (await newcomer.browser.get("/notifications")).text
    assert "The post waits for a moderator again." in (await moderator.get(undone.headers["location"])).text
    assert (await decide(moderator, post, "release")).status_code == 303
    assert await count(db, Argument, claim=CLAIM) == 1


async def declined_and_worded_anew(newcomer, moderator):
    """The address of the decision, against which its author has appealed, and of the post."""
    url = await newcomer.wait()
    answer = await decide(moderator, await newcomer.held(), "decline", house_rule="civil", explanation=WHY)
    declined = answer.headers["location"].partition("?")[0]
    await newcomer.browser.post(f"{declined}/appeal", data={"words": "The rule speaks of people, and I did not."})
    await word_anew(newcomer, url)
    return declined, url


async def word_anew(newcomer, url):
    post = await newcomer.held()
    fields = {"version": str(post.version), "claim": "The millers were never asked.", "grounds": post.fields["grounds"]}
    assert (await newcomer.browser.post(f"{url}/edit", data=fields)).status_code == 303


async def test_letting_it_stand_worded_anew_answers_the_appeal_too(newcomer, moderator, db):
    declined, _ = await declined_and_worded_anew(newcomer, moderator)
    assert (await decide(moderator, await newcomer.held(), "release")).status_code == 303
    appeal = (await db.scalars(select(Appeal))).one()
    assert appeal.outcome == "overturned"
    assert "was undone by" in (await newcomer.browser.get(declined)).text
    assert "Read the answer" in (await newcomer.browser.get("/notifications")).text
    assert [finding.name async for finding in examine(db) if finding.count] == []


async def test_letting_stand_what_was_worded_anew_undoes_nothing_without_an_appeal(newcomer, moderator, db):
    url = await newcomer.wait()
    await decide(moderator, await newcomer.held(), "decline", house_rule="civil", explanation=WHY)
    await word_anew(newcomer, url)
    assert (await decide(moderator, await newcomer.held(), "release")).status_code == 303
    assert await count(db, Decision, action="release", reverses_id=None) == 1


@pytest.mark.parametrize("fate", ["worded anew", "withdrawn"])
async def test_appeal_is_answered_either_way_where_the_post_is_another_by_now(
    newcomer, moderator, browser_of, db, scene, fate
):
    _, url = await declined_and_worded_anew(newcomer, moderator)
    if fate == "withdrawn":
        await newcomer.browser.post(f"{url}/withdraw")
    before = await newcomer.held()
    host = await browser_of(scene.cast["host"])
    appeal = (await db.scalars(select(Appeal))).one()
    await db.commit()
    page = (await host.get(f"/moderation/appeals/{appeal.id}")).text
    assert "The post stays as it is now." in page
    assert f'href="{url}">Read the post as it is now' in page
    fields = {"outcome": "overturned", "version": "0", "explanation": WHY, "idempotency_key": str(uuid4())}
    answered = await host.post(f"/moderation/appeals/{appeal.id}/answer", data=fields)
    assert answered.status_code == 303, answered.text
    await db.refresh(appeal)
    assert appeal.outcome == "overturned"
    assert "The post is left as it is now." in (await host.get(answered.headers["location"])).text
    assert "Read the answer" in (await newcomer.browser.get("/notifications")).text
    after = await newcomer.held()
    assert (after.version, after.decision_id, after.withdrawn_at) == (before.version, None, before.withdrawn_at)
    assert [finding.name async for finding in examine(db) if finding.count] == []


async def test_undoing_is_not_offered_where_there_is_nothing_to_undo(newcomer, moderator):
    declined, _ = await declined_and_worded_anew(newcomer, moderator)
    assert f"{declined}/undo" not in (await moderator.get(declined)).text
    page = (await moderator.get(f"{declined}/undo")).text
    assert "there is nothing to undo" in page
    assert "waits for a moderator again" not in page
    assert "Undo it" not in page


async def test_what_was_erased_with_its_author_is_not_called_worded_anew(newcomer, moderator, db):
    declined, _ = await declined_and_worded_anew(newcomer, moderator)
    await db.execute(delete(HeldPost))
    await db.commit()
    page = (await moderator.get(f"{declined}/undo")).text
    assert "It was erased with the account of its author, so there is nothing to undo." in page
    assert "worded it anew" not in page


async def test_what_was_worded_anew_does_not_wait_again_by_undoing(newcomer, moderator):
    url = await newcomer.wait()
    answer = await decide(moderator, await newcomer.held(), "decline", house_rule="civil", explanation=WHY)
    declined = answer.headers["location"].partition("?")[0]
    post = await newcomer.held()
    fields = {"version": str(post.version), "claim": "The millers were never asked.", "grounds": post.fields["grounds"]}
    await newcomer.browser.post(f"{url}/edit", data=fields)
    undone = await moderator.post(f"{declined}/undo", data={"explanation": WHY, "idempotency_key": str(uuid4())})
    assert undone.status_code == 409
    assert "worded it anew" in undone.text
