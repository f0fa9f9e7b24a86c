"""Without a mail server: messages as files that any mail program opens."""

import asyncio
from email.message import EmailMessage
from pathlib import Path

from app.data_folder import make_folder, open_for_adding


async def write_to_folder(data: Path, mail_id: int, message: EmailMessage) -> None:
    await asyncio.to_thread(_write, data / "mail", mail_id, message)


def _write(folder: Path, mail_id: int, message: EmailMessage) -> None:
    """Under its last name once it is whole; a second attempt replaces the file of the first."""
    make_folder(folder)
    part = folder / f"{mail_id:06}.part"
    part.unlink(missing_ok=True)
    with open_for_adding(part) as file:
        file.write(message.as_bytes())
    part.chmod(0o600)
    part.replace(part.with_suffix(".eml"))
