"""What nobody needs any more is forgotten by a timetable, and the page about it says the same."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.sessions import LONGEST_FOR_MEMBERS
from app.actor import IDLE_MEMBER, IDLE_STAFF
from app.duties import DUTIES
from app.mail.folder import write_to_folder
from app.models import AccessToken, Mail, Role, Session
from app.privacy.forgetting import TOKEN_KEPT, forget, forget_mail_files
from app.privacy.periods import PERIODS, length
from tests.factories import make_session, make_user

MOMENT = timedelta(minutes=1)


async def count(db: AsyncSession, model: type) -> int:
    return (await db.execute(select(func.count()).select_from(model))).scalar_one()


@pytest.mark.parametrize(("role", "idle"), [(Role.MEMBER, IDLE_MEMBER), (Role.MODERATOR, IDLE_STAFF)])
async def test_user_agents_go_when_their_session_opens_nothing_any_more(
    db: AsyncSession, role: Role, idle: timedelta
) -> None:
    await make_session(db, await make_user(db, "anna", role))
    await db.commit()
    await forget(db, datetime.now(UTC) + idle - MOMENT)
    assert await count(db, Session) == 1
    await forget(db, datetime.now(UTC) + idle + MOMENT)
    assert await count(db, Session) == 0


async def test_ended_tokens_go_after_their_time(db: AsyncSession) -> None:
    user, now = await make_user(db), datetime.now(UTC)
    for number, ended in enumerate(({"revoked_at": now}, {"expires_at": now}, {})):
        db.add(AccessToken(user_id=user.id, name="x", token_hash=bytes([number]), scopes=[], **ended))
    await db.commit()
    await forget(db, now + TOKEN_KEPT - MOMENT)
    assert await count(db, AccessToken) == 3
    await forget(db, now + TOKEN_KEPT + MOMENT)
    assert await count(db, AccessToken) == 1


async def test_files_of_mail_go_with_their_rows_and_nothing_else_does(db: AsyncSession, tmp_path: Path) -> None:
    mail = Mail(recipient="anna@example.org", subject="Hello", body="Hello")
    db.add(mail)
    await db.commit()
    message = EmailMessage()
    for number in (mail.id, mail.id + 1):
        await write_to_folder(tmp_path, number, message)
    (tmp_path / "mail" / "notes.txt").write_text("By hand.")
    await forget_mail_files(db, tmp_path)
    assert {file.name for file in (tmp_path / "mail").iterdir()} == {f"{mail.id:06}.eml", "notes.txt"}
    await forget_mail_files(db, tmp_path / "nowhere")


def test_forgetting_is_on_the_timetable() -> None:
    assert "forget_ended" in DUTIES.timetable


async def test_page_says_what_the_constants_say(client: AsyncClient) -> None:
    page = (await client.get("/privacy")).text
    for period in PERIODS:
        assert period.how_long in page
    assert f"at most {length(LONGEST_FOR_MEMBERS)}" in page


def test_lengths_are_said_in_the_largest_whole_unit() -> None:
    spans = (timedelta(days=1), timedelta(hours=36), timedelta(minutes=30), timedelta(seconds=90))
    assert [length(span) for span in spans] == ["one day", "36 hours", "30 minutes", "90 seconds"]
