"""Engine, session dependency, declarative base. The only place that commits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from random import randrange
from typing import Annotated, ClassVar

from fastapi import Depends, Request
from sqlalchemy import DateTime, MetaData, Text, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import BigInteger

STATEMENT_TIMEOUT = "5s"
IDLE_IN_TRANSACTION_TIMEOUT = "10s"
SEARCH_PATH = '"$user",public,jobs'  # The job queue's functions name its tables without their schema.
POOL_WAIT_SECONDS = 2  # Then the reader gets a page that says "busy" instead of a browser's time-out.
# Who sends a form would rather wait than send it again, and writers in one debate wait for one another's commits.
WRITER_WAIT_SECONDS = 20

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {str: Text(), int: BigInteger(), datetime: DateTime(timezone=True)}


def make_engine(url: str, pool_size: int, *, is_autocommit: bool = False) -> AsyncEngine:
    """`is_autocommit`: each statement stands alone, for reading; it spares BEGIN, COMMIT and the tidying up."""
    options = (
        f"-c statement_timeout={STATEMENT_TIMEOUT} "
        f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_TIMEOUT} -c timezone=UTC "
        f"-c search_path={SEARCH_PATH}"
    )
    return create_async_engine(
        url,
        pool_size=pool_size,
        pool_use_lifo=True,  # One that was used last has statements and plans at hand.
        max_overflow=0,  # Overflow connections are reopened under load, which costs more than waiting.
        pool_timeout=POOL_WAIT_SECONDS if is_autocommit else WRITER_WAIT_SECONDS,
        hide_parameters=True,  # Errors end up in the log, and parameters are what people typed.
        connect_args={"options": options},
        **({"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None} if is_autocommit else {}),
    )


def touch_debate(db: AsyncSession, debate_id: int, *, is_noted: bool = False) -> None:
    """Say that readers of this debate will see something new: its version rises with the commit.

    `is_noted`: a statement of the caller's has written the row of debate_changes already.
    """
    db.info.setdefault("touched_debates", {})[debate_id] = is_noted


NOTE_CHANGES = text("INSERT INTO debate_changes (debate_id) SELECT unnest(CAST(:ids AS bigint[]))")
FOLDING_ODDS = 64  # One commit in so many adds the changes up: the rows stay few, and hardly anybody waits for it.
FOLD_CHANGES = text("""
    WITH chosen AS (
        SELECT id FROM debates WHERE id = ANY(CAST(:ids AS bigint[])) FOR NO KEY UPDATE SKIP LOCKED
    ), gone AS (
        DELETE FROM debate_changes WHERE debate_id IN (SELECT id FROM chosen) RETURNING debate_id, vote_step
    ), summed AS (
        SELECT debate_id, count(*) AS changes, sum(vote_step) AS votes FROM gone GROUP BY debate_id
    )
    UPDATE debates SET version = version + changes, vote_count = vote_count + votes
    FROM summed WHERE debates.id = summed.debate_id
""")


async def _commit(db: AsyncSession) -> None:
    touched: dict[int, bool] = db.info.pop("touched_debates", {})
    if unnoted := [debate_id for debate_id, is_noted in touched.items() if not is_noted]:
        await db.flush()
        await db.execute(NOTE_CHANGES, {"ids": unnoted})
    await db.commit()
    if touched and randrange(FOLDING_ODDS) == 0:  # noqa: S311  (which one it is matters to nobody)
        with suppress(DBAPIError):  # What was written is kept; another commit will fold.
            await fold_changes(db, list(touched))
            await db.commit()


async def fold_changes(db: AsyncSession, debate_ids: list[int]) -> None:
    """Add the changes noted beside these debates to their rows."""
    await db.execute(FOLD_CHANGES, {"ids": debate_ids})


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """One unit of work: commits when the block ends, rolls back when it raises."""
    async with AsyncSession(engine, expire_on_commit=False) as db:
        yield db
        await _commit(db)


async def get_db(request: Request) -> AsyncIterator[AsyncSession]:
    async with transaction(request.app.state.engine) as db:
        yield db
        if getattr(request.state, "is_conflict", False):
            await db.rollback()
            db.info.pop("touched_debates", None)


@asynccontextmanager
async def reading(request: Request) -> AsyncIterator[AsyncConnection]:
    """A connection for pages that only read. Who holds one never waits for one that writes, so nobody blocks."""
    engine: AsyncEngine = request.app.state.reads_engine
    async with engine.connect() as connection:
        yield connection


async def get_reads(request: Request) -> AsyncIterator[AsyncConnection]:
    async with reading(request) as connection:
        yield connection


# The scope makes the commit happen before the answer leaves: what was acknowledged is kept.
Db = Annotated[AsyncSession, Depends(get_db, scope="function")]
Reads = Annotated[AsyncConnection, Depends(get_reads, scope="function")]
Reader = AsyncConnection | AsyncSession  # What queries take: pages hand in the one, commands the other.
