"""Engine, session dependency, declarative base. The only place that commits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, ClassVar

from fastapi import Depends, Request
from sqlalchemy import DateTime, MetaData, Text, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import BigInteger

STATEMENT_TIMEOUT = "5s"
IDLE_IN_TRANSACTION_TIMEOUT = "10s"
SEARCH_PATH = '"$user",public,jobs'  # The job queue's functions name its tables without their schema.
POOL_WAIT_SECONDS = 2  # Then the reader gets a page that says "busy" instead of a browser's time-out.

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


def make_engine(url: str, pool_size: int) -> AsyncEngine:
    options = (
        f"-c statement_timeout={STATEMENT_TIMEOUT} "
        f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_TIMEOUT} -c timezone=UTC "
        f"-c search_path={SEARCH_PATH}"
    )
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,  # Overflow connections are reopened under load, which costs more than waiting.
        pool_timeout=POOL_WAIT_SECONDS,
        hide_parameters=True,  # Errors end up in the log, and parameters are what people typed.
        connect_args={"options": options},
    )


def touch_debate(db: AsyncSession, debate_id: int) -> None:
    """Note that readers of this debate will see something new: its version rises as the last act before the commit.

    Last, because the debate's row is locked from then on, and every writer of the debate waits for it.
    """
    db.info.setdefault("touched_debates", set()).add(debate_id)


RAISE_VERSIONS = text("UPDATE debates SET version = version + 1 WHERE id = ANY(:ids)").bindparams(
    bindparam("ids", type_=ARRAY(BigInteger))
)


async def _commit(db: AsyncSession) -> None:
    touched = db.info.pop("touched_debates", None)
    if touched:
        await db.flush()
        await db.execute(RAISE_VERSIONS, {"ids": sorted(touched)})
    await db.commit()


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """One unit of work: commits when the block ends, rolls back when it raises."""
    async with AsyncSession(engine, expire_on_commit=False) as db:
        yield db
        await _commit(db)


async def get_db(request: Request) -> AsyncIterator[AsyncSession]:
    async with transaction(request.app.state.engine) as db:
        yield db


@asynccontextmanager
async def reading(request: Request) -> AsyncIterator[AsyncConnection]:
    """A connection for pages that only read: each statement stands alone, which saves two round trips."""
    engine: AsyncEngine = request.app.state.engine
    async with engine.connect() as connection:
        yield await connection.execution_options(isolation_level="AUTOCOMMIT")


async def get_reads(request: Request) -> AsyncIterator[AsyncConnection]:
    async with reading(request) as connection:
        yield connection


# The scope makes the commit happen before the answer leaves: what was acknowledged is kept.
Db = Annotated[AsyncSession, Depends(get_db, scope="function")]
Reads = Annotated[AsyncConnection, Depends(get_reads, scope="function")]
Reader = AsyncConnection | AsyncSession  # What queries take: pages hand in the one, commands the other.
