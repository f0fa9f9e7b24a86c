"""What is told by mail: to whom, when, together with what, and what is left out."""

import email.policy
from datetime import UTC, datetime, timedelta
from email.policy import Policy

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.jobs import Work
from app.mail.delivery import Letter, make_message
from app.models import (
    Action,
    Argument,
    Decision,
    HouseRule,
    Interest,
    Mail,
    MailRhythm,
    Notification,
    NotificationKind,
    User,
)
from app.notifications.choices import choose, choose_rhythm
from app.notifications.commands import mark_all_read, notify
from app.notifications.gathering import write_due_letters
from app.notifications.listeners import Place
from app.notifications.unsubscribing import unsubscribe_path
from app.settings import Settings
from tests.notifications.people import Post, Thread, make_thread, words_of


async def an_hour_later(db: AsyncSession) -> None:
    hour = timedelta(minutes=61)
    await db.execute(update(User).values(told_by_mail_at=User.told_by_mail_at - hour))
    await db.execute(
        update(Notification).values(
            mail_due_at=Notification.mail_due_at - hour, created_at=Notification.created_at - hour
        )
    )
    await db.commit()


async def test_a_reply_comes_as_text_and_as_html(db: AsyncSession, post: Post, settings: Settings) -> None:
    thread = await make_thread(db)
    reply = await thread.reply("Rivers carry <more> than water.")
    (message,) = await post.go_round()
    assert (message["to"], message["subject"]) == ("ada@example.org", "Bob rebuts your argument")
    assert "Rivers carry <more> than water." in words_of(message)
    assert "Rivers carry &lt;more&gt; than water." in words_of(message, "html")
    address = f"{settings.origin}/debates/mill/arguments/{reply.id}"
    assert address in words_of(message)
    assert f'<a href="{address}">' in words_of(message, "html")
    assert "Thread: The mill feeds the town." in words_of(message)
    assert "* Bob rebuts your argument “The mill feeds the town.”:" in words_of(message)
    assert f"{settings.origin}/debates/mill/arguments/{thread.argument.id}#told" in words_of(message)


async def test_fifty_replies_in_an_hour_are_one_letter_after_the_first(db: AsyncSession, post: Post) -> None:
    thread = await make_thread(db)
    await thread.reply()
    assert [message["subject"] for message in await post.go_round()] == ["Bob rebuts your argument"]
    for _ in range(50):
        await thread.reply()
        assert await post.go_round() == []
    await an_hour_later(db)
    (message,) = await post.go_round()
    assert message["subject"] == "50 replies"
    assert words_of(message).count("* Bob rebuts your argument") == 50
    assert await post.go_round() == []


@pytest.mark.parametrize(("rhythm", "subject"), [(MailRhythm.DAILY, "Your day"), (MailRhythm.WEEKLY, "Your week")])
async def test_a_digest_waits_for_its_hour(db: AsyncSession, post: Post, rhythm: MailRhythm, subject: str) -> None:
    thread = await make_thread(db, rhythm)
    for _ in range(2):
        await thread.reply()
    assert await post.go_round() == []
    due = await db.scalar(select(func.min(Notification.mail_due_at)))
    assert due is not None
    assert (due.hour, due.minute) == (7, 0)
    eight_days = timedelta(days=8)
    await db.execute(
        update(Notification).values(
            created_at=Notification.created_at - eight_days, mail_due_at=Notification.mail_due_at - eight_days
        )
    )
    await db.commit()
    (message,) = await post.go_round()
    assert message["subject"] == f"{subject} at Rejoinder: 2 replies"
    assert f"<title>{subject} at Rejoinder: 2 replies</title>" in words_of(message, "html")


@pytest.mark.parametrize(
    "values",
    [{"email": None}, {"email_verified_at": None}, {"mail_rhythm": MailRhythm.NEVER}],
    ids=["no address", "not confirmed", "never"],
)
async def test_nobody_else_gets_mail(db: AsyncSession, post: Post, values: dict[str, object]) -> None:
    thread = await make_thread(db)
    await db.execute(update(User).where(User.id == thread.ada.id).values(**values))
    await thread.reply()
    assert await post.go_round() == []
    await db.refresh(thread.ada)
    assert thread.ada.unread_count == 1


async def hide(thread: Thread, argument: Argument) -> None:
    decision = Decision(
        action=Action.HIDE, house_rule=HouseRule.CIVIL, explanation="", debate_id=argument.debate_id,
        argument_id=argument.id, concerned_id=argument.author_id,
    )  # fmt: skip
    thread.db.add(decision)
    await thread.db.flush()
    await thread.db.execute(update(Argument).where(Argument.id == argument.id).values(hidden_by_id=decision.id))
    await thread.db.commit()


async def test_what_is_hidden_before_the_letter_leaves_is_not_in_it(db: AsyncSession, post: Post) -> None:
    thread = await make_thread(db)
    hidden = await thread.reply("Words that moderators hid.")
    await thread.reply("Words that stand.")
    await write_due_letters(post.work)  # The letter is in the outbox; the mail server has not had it yet.
    await hide(thread, hidden)
    (message,) = await post.go_round()
    assert "Words that stand." in words_of(message)
    for kind in ("plain", "html"):
        assert "Words that moderators hid." not in words_of(message, kind)
    assert message["subject"] == "Bob rebuts your argument"


async def test_what_was_answered_is_not_repeated_where_moderators_hid_it(db: AsyncSession, post: Post) -> None:
    thread = await make_thread(db)
    own = await thread.reply("Words that moderators hid.", by=thread.ada)
    await post.go_round()
    await an_hour_later(db)
    await thread.reply("Words that stand.", to=own)
    await hide(thread, own)
    (message,) = await post.go_round()
    assert "Words that stand." in words_of(message)
    for kind in ("plain", "html"):
        assert "Words that moderators hid." not in words_of(message, kind)


async def test_a_letter_about_hidden_words_alone_is_not_sent(db: AsyncSession, post: Post) -> None:
    thread = await make_thread(db)
    reply = await thread.reply()
    await write_due_letters(post.work)
    await hide(thread, reply)
    assert await post.go_round() == []
    assert await db.scalar(select(func.count()).where(Mail.sent_at.is_(None))) == 0


async def test_what_was_withdrawn_or_read_meanwhile_is_left_out(db: AsyncSession, post: Post) -> None:
    thread = await make_thread(db)
    read, withdrawn, stands = [await thread.reply(f"Number {number} of three.") for number in range(3)]
    await mark_all_read(db, thread.ada.id, 1)
    await db.execute(update(Argument).where(Argument.id == withdrawn.id).values(withdrawn_at=func.now()))
    await db.commit()
    (message,) = await post.go_round()
    assert stands.claim in words_of(message)
    assert read.claim not in words_of(message)
    assert withdrawn.claim not in words_of(message)


async def test_a_hidden_thread_is_not_quoted_as_a_heading(db: AsyncSession, post: Post) -> None:
    thread = await make_thread(db)
    reply = await thread.reply(by=thread.ada)
    await thread.reply("An answer further down.", to=reply)
    await hide(thread, thread.argument)
    (message,) = await post.go_round()
    assert "An answer further down." in words_of(message)
    assert "The mill feeds the town." not in words_of(message)


@pytest.mark.parametrize("interest", [Interest.NOTHING, None])
async def test_a_muted_thread_says_nothing(db: AsyncSession, post: Post, interest: Interest | None) -> None:
    thread = await make_thread(db)
    place = Place(thread.debate.id, thread.argument.id)
    await choose(db, thread.ada.id, place, Interest.NOTHING, None)
    if interest is None:
        await choose(db, thread.ada.id, place, None, None)
    await thread.reply()
    assert len(await post.go_round()) == (0 if interest else 1)
    await db.refresh(thread.ada)
    assert thread.ada.unread_count == (0 if interest else 1)


async def test_a_mute_holds_back_what_waits_already(db: AsyncSession, post: Post) -> None:
    thread = await make_thread(db)
    await thread.reply()
    await choose(db, thread.ada.id, Place(thread.debate.id), Interest.NOTHING, None)
    await db.commit()
    assert await post.go_round() == []


async def test_a_mute_reaches_a_letter_that_waits_for_the_mail_server(db: AsyncSession, post: Post) -> None:
    thread = await make_thread(db)
    await thread.reply()
    await write_due_letters(post.work)
    await choose_rhythm(db, thread.ada.id, MailRhythm.NEVER)
    await db.commit()
    assert await post.go_round() == []


async def test_decisions_about_oneself_are_told_in_a_muted_thread(db: AsyncSession, post: Post) -> None:
    thread = await make_thread(db)
    await choose(db, thread.ada.id, Place(thread.debate.id), Interest.NOTHING, MailRhythm.NEVER)
    await hide(thread, thread.argument)
    decision_id = await db.scalar(select(Decision.id))
    about = {"debate_id": thread.debate.id, "argument_id": thread.argument.id, "decision_id": decision_id}
    await notify(db, user_id=thread.ada.id, kind=NotificationKind.DECISION, actor_id=None, **about)
    await db.commit()
    await db.refresh(thread.ada)
    assert thread.ada.unread_count == 1
    assert await post.go_round() == []  # By mail as it was chosen.
    await choose(db, thread.ada.id, Place(thread.debate.id), Interest.NOTHING, MailRhythm.IMMEDIATE)
    await notify(db, user_id=thread.ada.id, kind=NotificationKind.DECISION, actor_id=None, **about)
    await db.commit()
    (message,) = await post.go_round()
    assert message["subject"] == "Moderators hid your argument"
    assert thread.argument.claim not in words_of(message)


async def test_the_threads_rhythm_counts_before_the_debates_and_the_accounts(db: AsyncSession, post: Post) -> None:
    thread = await make_thread(db, MailRhythm.NEVER)
    await choose(db, thread.ada.id, Place(thread.debate.id), None, MailRhythm.WEEKLY)
    await choose(db, thread.ada.id, Place(thread.debate.id, thread.argument.id), None, MailRhythm.IMMEDIATE)
    await thread.reply()
    assert len(await post.go_round()) == 1


async def test_a_new_setting_counts_for_what_waits(db: AsyncSession, post: Post) -> None:
    thread = await make_thread(db, MailRhythm.WEEKLY)
    await thread.reply()
    assert await post.go_round() == []
    await choose_rhythm(db, thread.ada.id, MailRhythm.IMMEDIATE)
    await db.commit()
    assert len(await post.go_round()) == 1


async def test_letters_can_be_ended_by_one_press(db: AsyncSession, post: Post, settings: Settings) -> None:
    origin = "https://a-rather-long-name-of-a-debating-club.example.org"
    post.work = Work(post.work.engine, settings.model_copy(update={"origin": origin}))
    thread = await make_thread(db)
    await thread.reply()
    (message,) = await post.go_round()
    assert message["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    address = message["list-unsubscribe"].strip("<>")
    assert address.startswith(f"{origin}/unsubscribe/")
    assert address in words_of(message)
    for kind in (email.policy.default, email.policy.SMTP):  # In the folder, and on its way to a mail server.
        assert f"List-Unsubscribe: <{address}>{kind.linesep}".encode() in written(post, kind)


def written(post: Post, kind: Policy) -> bytes:
    settings = post.work.settings
    letter = Letter("ada@example.org", "News", "", unsubscribe=settings.origin + unsubscribe_path(settings, 1))
    return make_message(1, letter, settings).as_bytes(policy=kind)


async def test_a_long_letter_ends_somewhere(db: AsyncSession, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.notifications.letters.MOST_TOLD", 2)
    thread = await make_thread(db)
    for _ in range(3):
        await thread.reply()
    (message,) = await post.go_round()
    assert message["subject"] == "2 replies and more"
    assert "There is more than fits here" in words_of(message)


async def test_the_message_keeps_its_number(db: AsyncSession, post: Post) -> None:
    thread = await make_thread(db)
    await thread.reply()
    (message,) = await post.go_round()
    assert message["message-id"] == "<mail-1@127.0.0.1>"
    assert datetime.now(UTC) - message["date"].datetime < timedelta(minutes=1)
