"""What the tests of being told share: people with an address, arguments, and the mail that they get."""

import email
import email.policy
from collections.abc import Iterable
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.jobs import Work
from app.models import Argument, Debate, MailRhythm, NotificationKind, Position, Relation, User
from app.notifications.announcing import tell_followers
from app.notifications.commands import notify
from app.notifications.duties import send_letters
from app.notifications.gathering import write_due_letters
from app.settings import Settings
from tests.factories import make_argument, make_debate, make_user


class Thread:
    """A debate with one argument of Ada's, who has a confirmed address, and people who answer it."""

    def __init__(self, db: AsyncSession, debate: Debate, ada: User, bob: User, argument: Argument) -> None:
        self.db, self.debate, self.ada, self.bob, self.argument = db, debate, ada, bob, argument

    async def reply(self, claim: str = "", *, by: User | None = None, to: Argument | None = None) -> Argument:
        """A reply, of which the author of what it answers is told."""
        parent = to or self.argument
        reply = await make_argument(
            self.db, self.debate, by or self.bob, parent=parent, relation=Relation.REBUT, claim=claim
        )
        assert parent.author_id is not None
        about = {"debate_id": reply.debate_id, "argument_id": reply.id, "actor_id": reply.author_id}
        await notify(self.db, user_id=parent.author_id, kind=NotificationKind.REPLY, **about)
        await self.db.commit()
        return reply


async def make_reader(db: AsyncSession, name: str, rhythm: MailRhythm = MailRhythm.IMMEDIATE) -> User:
    return await make_user(
        db, name, email=f"{name}@example.org", email_verified_at=datetime.now(UTC), mail_rhythm=rhythm
    )


async def make_thread(db: AsyncSession, rhythm: MailRhythm = MailRhythm.IMMEDIATE) -> Thread:
    ada, bob, debate = await make_reader(db, "ada", rhythm), await make_user(db, "bob"), await make_debate(db)
    argument = await make_first_argument(db, debate, ada, "The mill feeds the town.")
    await db.commit()
    return Thread(db, debate, ada, bob, argument)


async def make_first_argument(db: AsyncSession, debate: Debate, author: User | None, claim: str = "") -> Argument:
    position = await db.scalar(select(Position).where(Position.debate_id == debate.id).limit(1))
    return await make_argument(db, debate, author, position=position, claim=claim)


class Post:
    """The worker's turns, and what they put into the folder."""

    def __init__(self, engine: AsyncEngine, settings: Settings) -> None:
        self.work, self.settings = Work(engine, settings), settings

    async def go_round(self) -> list[EmailMessage]:
        """What has come since the last round, oldest first."""
        known = set(self._files())
        await tell_followers(self.work)
        await write_due_letters(self.work)
        await send_letters(self.work)
        return list(self._read(path for path in self._files() if path not in known))

    def _files(self) -> list[str]:
        return sorted(str(path) for path in (self.settings.data / "mail").glob("*.eml"))

    def _read(self, paths: Iterable[str]) -> Iterable[EmailMessage]:
        for path in paths:
            with Path(path).open("rb") as file:
                yield email.message_from_binary_file(file, _class=EmailMessage, policy=email.policy.default)


def words_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())
