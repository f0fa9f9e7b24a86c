"""The log's head, published each day: in the data folder, on a page and in a feed, so that anybody can keep it."""

import json
import os
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from app.data_folder import make_folder, open_for_adding
from app.db import transaction
from app.jobs import Duties, Work
from app.moderation.chain_queries import TAKE_HEAD, DayHead, load_heads
from app.moderation.verification import HEADS_FILE, read_heads


async def publish_head(db: AsyncSession, data: Path) -> DayHead | None:
    """Today's head, taken unless it has been; and every published one into the file, if it is not there yet."""
    await db.execute(TAKE_HEAD)
    heads = await load_heads(db)
    _write(data, heads)
    return heads[0] if heads else None


def _write(data: Path, heads: list[DayHead]) -> None:
    """Lines are added, never changed: what stands there is compared with the database."""
    make_folder(data)
    path = data / HEADS_FILE
    known = read_heads(path)
    lines = [
        json.dumps({"day": f"{head.day:%Y-%m-%d}", "number": head.number, "hash": head.hash}) + "\n"
        for head in reversed(heads)
        if head.number not in known
    ]
    if lines:
        with open_for_adding(path) as file:
            file.write("".join(lines).encode())
            file.flush()
            os.fsync(file.fileno())


async def publish_daily_head(work: Work) -> None:
    async with transaction(work.engine) as db:
        await publish_head(db, work.settings.data)


LOG_DUTIES = Duties(timetable={"publish_log_head": (publish_daily_head, "7 0 * * *")})
