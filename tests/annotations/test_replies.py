"""Replies to a note or question: posting them once, their list, and what becomes of it."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import select

from app.annotations.forms import BODY_MAX
from app.annotations.threads import REPLIES_SHOWN
from app.models import Action, Annotation, AnnotationKind, Decision, Notification, Role, User
from tests.annotations.conftest import MILL, BrowserOf, Mill, assert_sound
from tests.factories import make_annotation, make_user
from tests.statements import counted_statements


@pytest.fixture
async def other(mill: Mill) -> User:
    other = await make_user(mill.db, "other")
    await mill.db.commit()
    return other


@pytest.fixture
async def note(mill: Mill, other: User) -> Annotation:
    """A question by somebody else, for the author to answer."""
    note = await make_annotation(mill.db, mill.debate, other, body="Who **counted**?", kind=AnnotationKind.QUESTION)
    await mill.db.commit()
    return note


async def reply(mill: Mill, note: Annotation, headers: Any = None, **fields: Any) -> Response:
    sent = {"body": "I did, in May.", "idempotency_key": str(uuid4()), **fields}
    kept = {name: value for name, value in sent.items() if value is not None}
    return await mill.browser.post(f"{MILL}/annotations/{note.id}/replies", data=kept, headers=headers)


async def replies(mill: Mill) -> list[Annotation]:
    found = (
        await mill.db.scalars(select(Annotation).filter_by(kind=AnnotationKind.REPLY).order_by(Annotation.id))
    ).all()
    await mill.db.commit()
    return list(found)


async def count_replies(mill: Mill, note: Annotation) -> int:
    count = (await mill.db.scalars(select(Annotation.reply_count).filter_by(id=note.id))).one()
    await mill.db.commit()
    return count


async def hide(mill: Mill, annotation: Annotation) -> Decision:
    decision = Decision(debate_id=mill.debate.id, annotation_id=annotation.id, action=Action.HIDE, explanation="")
    mill.db.add(decision)
    await mill.db.flush()
    annotation.hidden_by_id = decision.id
    mill.debate.version += 1
    await mill.db.commit()
    return decision


async def test_a_reply_stands_below_its_note_is_counted_and_told(
    mill: Mill, note: Annotation, other: User, client: AsyncClient
) -> None:
    answer = await reply(mill, note, body="I did, *twice*.")
    [made] = await replies(mill)
    url = f"{MILL}/annotations/{note.id}"
    assert answer.headers["location"] == f"{url}?done=replied#annotation-{made.id}"
    page = (await client.get(url)).text
    assert "I did, <em>twice</em>." in page
    assert f'id="annotation-{made.id}"' in page
    assert "1 reply</h2>" in page
    assert f"{MILL}/annotations/{made.id}/flag" in page
    assert_sound(page)
    assert (made.parent_id, made.passage_id, await count_replies(mill, note)) == (note.id, note.passage_id, 1)
    [told] = (await mill.db.scalars(select(Notification))).all()
    assert (told.user_id, told.annotation_id) == (other.id, made.id)


async def test_notes_say_how_many_replies_they_have(mill: Mill, note: Annotation, client: AsyncClient) -> None:
    for body in ("One.", "Two."):
        await reply(mill, note, body=body)
    for path in ("essay", "paragraphs/1", f"passages/{note.passage_id}"):
        page = (await client.get(f"{MILL}/{path}")).text
        assert f'<a href="{MILL}/annotations/{note.id}#replies">2 replies</a>' in page


async def test_a_replys_own_page_names_what_it_answers(mill: Mill, note: Annotation, client: AsyncClient) -> None:
    await reply(mill, note)
    [made] = await replies(mill)
    page = (await client.get(f"{MILL}/annotations/{made.id}")).text
    assert "I did, in May." in page
    assert "Who counted?" in page
    assert f'href="{MILL}/annotations/{note.id}#replies"' in page
    assert 'id="replies"' not in page
    assert_sound(page)


async def test_who_is_signed_in_finds_the_form_and_a_visitor_the_way_to_it(
    mill: Mill, note: Annotation, client: AsyncClient
) -> None:
    url = f"{MILL}/annotations/{note.id}"
    own, visitors = (await mill.browser.get(url)).text, (await client.get(url)).text
    assert f'action="{url}/replies"' in own
    assert 'name="idempotency_key"' not in visitors
    assert f'href="{url}/reply"' in visitors
    assert_sound(own)
    assert (await client.get(f"{url}/reply")).headers["location"] == f"/sign-in?next={url}/reply"
    form = await mill.browser.get(f"{url}/reply")
    assert "<strong>counted</strong>" in form.text
    assert_sound(form.text)


async def test_a_reply_sent_many_times_at_once_is_there_once(mill: Mill, note: Annotation) -> None:
    answers = await asyncio.gather(*(reply(mill, note, idempotency_key="the-same-key") for _ in range(5)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert len(await replies(mill)) == await count_replies(mill, note) == 1


async def test_a_key_that_said_something_else_keeps_the_text(mill: Mill, note: Annotation) -> None:
    await reply(mill, note, idempotency_key="the-same-key")
    answer = await reply(mill, note, idempotency_key="the-same-key", body="Typed for minutes")
    [made] = await replies(mill)
    assert answer.status_code == 409
    assert "Typed for minutes" in answer.text
    assert f'href="{MILL}/annotations/{made.id}"' in answer.text
    assert "the-same-key" not in answer.text
    assert_sound(answer.text)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"body": None}, "This is needed."),
        ({"body": " \n "}, "Please write at least 1 character"),
        ({"body": "a" * 100_000}, f"At most {BODY_MAX:,} characters fit here; this has 100,000."),
        ({"idempotency_key": "!"}, "This form was incomplete."),
        ({"act": "dance"}, "Choose one of these."),
    ],
)
async def test_what_is_wrong_is_said_and_the_text_kept(
    mill: Mill, note: Annotation, fields: dict[str, Any], message: str
) -> None:
    answer = await reply(mill, note, **{"body": "Typed for minutes", **fields})
    assert answer.status_code == 422
    assert message in answer.text
    assert ("Typed for minutes" in answer.text) == ("body" not in fields)
    assert_sound(answer.text)
    assert await replies(mill) == []


async def test_a_preview_shows_the_reply_and_saves_nothing(mill: Mill, note: Annotation) -> None:
    script = {"HX-Request": "true", "HX-Request-Type": "partial"}
    page = await reply(mill, note, act="preview", body="Says **who**?")
    part = await reply(mill, note, act="preview", body="Says **who**?", headers=script)
    for answer in (page, part):
        assert answer.status_code == 200
        assert "Says <strong>who</strong>?" in answer.text
    assert "<form" in page.text
    assert "<form" not in part.text
    assert_sound(page.text)
    assert await replies(mill) == []


async def test_what_takes_no_replies_says_why(mill: Mill, note: Annotation) -> None:
    await reply(mill, note)
    [made] = await replies(mill)
    assert "This is a reply itself" in (await reply(mill, made)).text
    note.withdrawn_at = made.created_at
    await mill.db.commit()
    refused = await reply(mill, note, body="Typed for minutes")
    assert refused.status_code == 403
    assert "Typed for minutes" in refused.text
    page = (await mill.browser.get(f"{MILL}/annotations/{note.id}")).text
    assert "it keeps its replies and takes no new ones" in page
    assert "I did, in May." in page
    assert "/replies" not in page
    assert (await reply(mill, note, idempotency_key=None)).status_code == 403


async def test_withdrawn_and_hidden_replies_keep_their_place(
    mill: Mill, note: Annotation, client: AsyncClient, browser_of: BrowserOf
) -> None:
    await reply(mill, note, body="Withdrawn words.")
    await reply(mill, note, body="Hidden words.")
    withdrawn, hidden = await replies(mill)
    own = (await mill.browser.get(f"{MILL}/annotations/{note.id}")).text
    assert f'action="{MILL}/annotations/{withdrawn.id}/withdraw"' in own
    await mill.browser.post(f"{MILL}/annotations/{withdrawn.id}/withdraw")
    decision = await hide(mill, hidden)
    moderator = await make_user(mill.db, role=Role.MODERATOR)
    await mill.db.commit()
    for browser, sees in ((client, False), (mill.browser, True), (await browser_of(moderator), True)):
        page = (await browser.get(f"{MILL}/annotations/{note.id}")).text
        assert "Withdrawn words." in page
        assert 'data-standing="withdrawn"' in page
        assert f"/decisions/{decision.id}" in page
        assert ("Hidden words." in page) == sees
        assert_sound(page)
    assert await count_replies(mill, note) == 1  # The hiding here has counted nothing.


async def test_many_replies_follow_on_further_pages(mill: Mill, note: Annotation, client: AsyncClient) -> None:
    for number in range(REPLIES_SHOWN + 1):
        await make_annotation(mill.db, mill.debate, mill.author, body=f"Reply number {number}.", parent=note)
    mill.debate.version += 1
    await mill.db.commit()
    *_, last_shown, last = await replies(mill)
    url = f"{MILL}/annotations/{note.id}"
    first, rest = (await client.get(url)).text, (await client.get(f"{url}?after={last_shown.id}")).text
    assert f'href="{url}?after={last_shown.id}#replies"' in first
    assert f"annotation-{last.id}" not in first
    assert f'id="annotation-{last.id}"' in rest
    assert f'href="{url}#replies"' in rest
    assert_sound(rest)
    answer = await reply(mill, note)
    assert answer.headers["location"].startswith(f"{url}?done=replied&after={last.id}#annotation-")
    assert 'id="annotation-' in (await mill.browser.get(answer.headers["location"])).text
    assert (await client.get(f"{url}?after={2**63}")).status_code == 422


async def test_a_thread_takes_as_many_statements_at_40_replies_as_at_2(
    mill: Mill, note: Annotation, app: FastAPI
) -> None:
    counts = []
    for more in (2, 38):
        for number in range(more):
            await make_annotation(mill.db, mill.debate, mill.author, body=f"Reply {more} {number}.", parent=note)
        mill.debate.version += 1
        await mill.db.commit()
        with counted_statements(app) as statements:
            await mill.browser.get(f"{MILL}/annotations/{note.id}")
        counts.append(len(statements))
    assert counts[0] == counts[1]
