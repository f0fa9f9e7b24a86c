"""Everything that decisions can change, row by row, and what each person is told."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app import models
from app.db import Base
from app.models import Action, Argument, Decision, Notification, NotificationKind, User
from app.notifications.notice import Notice
from app.notifications.queries import load_notifications
from app.notifications.words import sentence, url_of, way_to
from app.standing.settling import settle_due

# What is kept of decisions that are over: of these tables only what is in force has to be as it was.
IN_FORCE: dict[type[Base], ColumnElement[bool]] = {
    models.Case: or_(models.Case.closed_at.is_(None), models.Case.flag_count > 0),  # Not what a decision opened itself.
    models.Sanction: models.Sanction.lifted_at.is_(None),
    models.SlowMode: models.SlowMode.lifted_at.is_(None),
    models.VoteDiscount: models.VoteDiscount.lifted_at.is_(None),
    models.WithheldName: models.WithheldName.lifted_at.is_(None),
}
NOT_COMPARED: dict[type[Base], str] = {
    models.Decision: "What was decided stays to be read, and its undoing with it.",
    models.LogEntry: "The log only grows.",
    models.WatchedWordChange: "So do the notes of changes of words.",
    models.Reshaping: "Kept with its decision.",
    models.MergedVote: "Kept with its decision.",
    models.SetAsideBearing: "Kept with its decision.",
    models.ArgumentRevision: "The history of a text only grows: a split and its undoing word it anew, in the open.",
    models.Proposal: "Kept with its decision.",
    models.Notification: "Compared as its reader sees it: see told().",
    models.Session: "A suspension signs out, and nobody is signed in again but by themselves.",
    models.DebateChange: "Says to open pages that something changed.",
    models.SearchWord: "Every word that was ever written here, for looking up misspelt ones.",
    models.RateLimitHit: "Counts requests.",
    models.NetworkTrace: "Notes from where requests came.",
}
# No account of what stands, but of how often it changed. A word that is watched again has a new row.
VERSIONS = {"version", "reworded_version", "changed_at", "is_strength_due"}
COLUMNS_LEFT_OUT: dict[type[Base], set[str]] = {models.User: {"unread_count"}, models.WatchedWord: {"id"}}
# The notice of a decision and that of its undoing are not taken back: whoever was told of the one, and perhaps read it
# or had it by mail, has to be told of the other. All other notices have to be as they were, read and unread.
# So has whoever was asked to confirm one.
OF_DECISIONS = (
    NotificationKind.DECISION, NotificationKind.FLAG_OUTCOME, NotificationKind.APPEAL_OUTCOME,
    NotificationKind.PROPOSAL,
)  # fmt: skip

Rows = dict[str, list[tuple[Any, ...]]]


def compared_tables() -> list[type[Base]]:
    kinds = [mapper.class_ for mapper in Base.registry.mappers]
    return sorted((kind for kind in kinds if kind not in NOT_COMPARED), key=lambda kind: kind.__name__)


async def snapshot(db: AsyncSession, engine: AsyncEngine) -> Rows:
    await settle_due(engine)
    await db.commit()  # So that it sees what has been done since.
    parts = list(await db.scalars(_put_together()))
    rows: Rows = {}
    for kind in compared_tables():
        left_out = VERSIONS | COLUMNS_LEFT_OUT.get(kind, set())
        columns = [column for column in kind.__table__.columns if column.key not in left_out]
        wanted = [IN_FORCE.get(kind, true()), *_not_of(kind, parts)]
        statement = select(*columns).where(*wanted).order_by(*_order(kind))
        rows[kind.__name__] = [tuple(row) for row in await db.execute(statement)]
    rows["told"] = await told(db)
    await db.commit()
    return rows


async def told(db: AsyncSession) -> list[tuple[Any, ...]]:
    """What everybody's page of notifications says, and how many of these the header counts as unread."""
    page: list[tuple[Any, ...]] = []
    excepted = select(func.count()).where(
        Notification.user_id == User.id, Notification.read_at.is_(None), Notification.kind.in_(OF_DECISIONS)
    )
    people = select(User.id, User.unread_count - excepted.scalar_subquery()).order_by(User.id)
    for user_id, unread in (await db.execute(people)).all():
        page.append((user_id, unread))
        page += [(user_id, *_shown(notice)) for notice in await _all_notices(db, user_id)]
    return page


async def _all_notices(db: AsyncSession, user_id: int) -> list[Notice]:
    notices: list[Notice] = []
    before: int | None = None
    while True:
        page = await load_notifications(db, user_id, before)
        notices += [notice for notice in page.notices if notice.kind not in OF_DECISIONS]
        if (before := page.before) is None:
            return notices


def _shown(notice: Notice) -> tuple[Any, ...]:
    says = (sentence(notice), url_of(notice), way_to(notice), notice.claim, notice.excerpt)
    return (notice.id, notice.read_at, notice.thread_id, notice.thread_claim, *says)


def difference(before: Rows, after: Rows) -> dict[str, tuple[list[Any], list[Any]]]:
    """By table, rows that were there and rows that are there instead."""
    return {
        name: ([row for row in rows if row not in after[name]], [row for row in after[name] if row not in rows])
        for name, rows in before.items()
        if rows != after[name]
    }


def _put_together() -> Any:
    """What was split off and put back, which stays as an address that leads on."""
    undone = select(Decision.id).where(Decision.action == Action.UNSPLIT)
    return select(Argument.id).where(Argument.hidden_by_id.in_(undone))


def _not_of(kind: type[Base], parts: Collection[int]) -> list[ColumnElement[bool]]:
    column = Argument.id if kind is Argument else getattr(kind, "argument_id", None)
    return [] if column is None else [column.is_(None) | column.not_in(parts)]


def _order(kind: type[Base]) -> list[Any]:
    return [models.WatchedWord.pattern] if kind is models.WatchedWord else list(kind.__table__.primary_key)
