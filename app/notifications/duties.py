"""What a worker does so that people are told."""

from app.jobs import Duties, Work
from app.mail.delivery import send_due_mails
from app.mail.outbox import SEND_MAILS
from app.notifications.announcing import TELL_FOLLOWERS, tell_followers
from app.notifications.gathering import write_due_letters
from app.notifications.letters import compose
from app.notifications.listeners import WRITE_LETTERS


async def send_letters(work: Work) -> None:
    await send_due_mails(work.engine, work.settings, compose)


DUTIES = Duties(
    timetable={
        TELL_FOLLOWERS: (tell_followers, "* * * * *"),
        WRITE_LETTERS: (write_due_letters, "* * * * *"),
        SEND_MAILS: (send_letters, "* * * * *"),
    },
)
