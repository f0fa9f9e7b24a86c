"""What moderators have done to an item's text so far: putting it so, and back to exactly what it was."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict
from app.models import Action, Decision, HouseRule
from app.moderation.items import ItemRow
from app.moderation.listing import show_change, show_changes
from app.permission_parts import gone


class ItemState(NamedTuple):
    """Plain where nothing was done. Decisions keep the state before them, for those who undo them."""

    hidden_by_id: int | None = None
    removed_under: HouseRule | None = None
    edit_asked_id: int | None = None

    @classmethod
    def of(cls, row: ItemRow) -> "ItemState":
        return cls(row.hidden_by_id, row.removed_under, row.edit_asked_id)

    @classmethod
    def before(cls, change: dict[str, Any] | None) -> "ItemState":
        """As a decision kept it."""
        hidden_by_id, rule, edit_asked_id = (change or {}).get("before", cls())
        return cls(hidden_by_id, HouseRule(rule) if rule else None, edit_asked_id)

    def keep(self, **more: Any) -> dict[str, Any] | None:
        """For a decision's `change`; nothing where it has nothing to say."""
        kept = {**more} if self == ItemState() else {"before": list(self), **more}
        return kept or None


async def put(db: AsyncSession, row: ItemRow, state: ItemState) -> None:
    """Also counts the item in or out."""
    step = (state.hidden_by_id is None) - (row.hidden_by_id is None)
    row.hidden_by_id, row.removed_under, row.edit_asked_id = state
    await db.flush()
    await show_change(db, row, step)


async def put_all(db: AsyncSession, states: Sequence[tuple[ItemRow, ItemState]]) -> None:
    """As `put` each, in a fixed number of statements."""
    steps = [(row, (state.hidden_by_id is None) - (row.hidden_by_id is None)) for row, state in states]
    for row, state in states:
        row.hidden_by_id, row.removed_under, row.edit_asked_id = state
    await db.flush()
    await show_changes(db, steps)


async def find_before(db: AsyncSession, row: ItemRow, action: Action, automatic: Decision | None = None) -> ItemState:
    """The state to which undoing would lead back. Of what is hidden only that can be decided anew which a program hid,
    or its author was asked to change; what a moderator hid can still be removed."""
    state = ItemState.of(row)
    if state.hidden_by_id is None or state.hidden_by_id == state.edit_asked_id:
        return state
    if automatic is not None and state.hidden_by_id == automatic.id:
        return state._replace(hidden_by_id=None)
    hiding = await db.get_one(Decision, state.hidden_by_id)
    if action == Action.REMOVE and hiding.action == Action.HIDE:
        return state
    raise Conflict(f"Somebody has {gone(row)} this meanwhile.")
