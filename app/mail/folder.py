"""Without a mail server: messages as files that any mail program opens."""

import asyncio
import re
from collections.abc import Collection
from email.message import EmailMessage
from pathlib import Path

from app.data_folder import make_folder, open_for_adding

_NAME = re.compile(r"\d{6,}\.(eml|part)")


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


async def list_numbers(data: Path) -> list[int]:
    """Of the messages in the folder."""
    return await asyncio.to_thread(lambda: sorted(int(file.stem) for file in _files(data)))


async def delete_files(data: Path, numbers: Collection[int]) -> None:
    """Also what is left of those that were never whole."""
    await asyncio.to_thread(_delete, data, set(numbers))


def _files(data: Path) -> list[Path]:
    folder = data / "mail"
    return [file for file in folder.iterdir() if _NAME.fullmatch(file.name)] if folder.is_dir() else []


def _delete(data: Path, numbers: set[int]) -> None:
    for file in _files(data):
        if int(file.stem) in numbers:
            file.unlink(missing_ok=True)
