"""Whom a split told that the words are others is told of its undoing, unless they have read nothing of it yet."""

from sqlalchemy import select, update

from app.models import Argument, Mail, Notification, NotificationKind, User
from tests.moderation.shape.conftest import Grove


async def _unread(grove: Grove, voter: int) -> list[int]:
    """Which news of an edit somebody has not read; the header counts them too."""
    await grove.db.commit()
    person = grove.voters[voter].id
    unread = select(Notification.id).filter_by(user_id=person, read_at=None).order_by(Notification.id)
    ids = list(await grove.db.scalars(unread.where(Notification.kind == NotificationKind.EDIT)))
    assert await grove.db.scalar(select(User.unread_count).where(User.id == person)) == len(ids)
    await grove.db.commit()
    return ids


async def _voted_on(grove: Grove) -> Argument:
    argument = await grove.grow(grove.cast["author"])
    for voter in (0, 1, 2):
        await grove.vote(argument, voter)
    return argument


async def test_unread_news_of_a_split_is_none_once_it_is_undone(grove: Grove) -> None:
    made = await grove.split(await _voted_on(grove))
    assert len(await _unread(grove, 0)) == 1
    assert (await grove.undo(made)).status_code == 303
    assert await _unread(grove, 0) == []
    assert await grove.wrong() == []


async def test_whoever_has_read_it_is_told_that_the_words_are_others_again(grove: Grove) -> None:
    made = await grove.split(await _voted_on(grove))
    (read,) = await _unread(grove, 1)
    browser = await grove.browser_of(grove.voters[1])
    assert (await browser.post(f"/notifications/{read}/open")).status_code == 303
    assert (await grove.undo(made)).status_code == 303
    (unread,) = await _unread(grove, 1)
    assert unread > read


async def test_whoever_has_voted_on_the_new_words_keeps_the_news(grove: Grove) -> None:
    argument = await _voted_on(grove)
    made = await grove.split(argument)
    before = await _unread(grove, 2)
    voter = await grove.browser_of(grove.voters[2])
    await voter.post(f"{grove.url(argument, 'vote')}?version=2", data={"value": "disagree"})
    assert (await grove.undo(made)).status_code == 303
    assert await _unread(grove, 2) == before


async def test_news_from_before_the_split_stays_unread(grove: Grove) -> None:
    argument = await _voted_on(grove)
    about = {"debate_id": argument.debate_id, "argument_id": argument.id}
    grove.db.add(Notification(user_id=grove.voters[0].id, kind=NotificationKind.EDIT, **about))
    await grove.db.execute(update(User).where(User.id == grove.voters[0].id).values(unread_count=1))
    await grove.db.commit()
    before = await _unread(grove, 0)
    made = await grove.split(argument)
    assert (await grove.undo(made)).status_code == 303
    assert await _unread(grove, 0) == before


async def test_news_that_has_left_by_mail_is_not_taken_back(grove: Grove) -> None:
    made = await grove.split(await _voted_on(grove))
    (sent,) = await _unread(grove, 0)
    letter = Mail(user_id=grove.voters[0].id, recipient="", subject="", body="")
    grove.db.add(letter)
    await grove.db.flush()
    await grove.db.execute(update(Notification).where(Notification.id == sent).values(mail_id=letter.id))
    await grove.db.commit()
    assert (await grove.undo(made)).status_code == 303
    assert await _unread(grove, 0) == [sent]
