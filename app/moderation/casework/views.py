"""A moderator's saved views of the queue."""

from typing import Annotated

from pydantic import Field
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.errors import Conflict
from app.forms import Form, Line
from app.models import QueueView
from app.moderation.casework.filters import read_view

VIEW_NAME_LIMIT = 40  # It is a tab above the queue.
MOST_VIEWS = 12  # More would not fit there.


class ViewForm(Form):
    name: Annotated[Line, Field(min_length=1, max_length=VIEW_NAME_LIMIT)]
    view: Annotated[str, Field(max_length=400)] = ""


async def save_view(db: AsyncSession, actor: Actor, form: ViewForm) -> None:
    """Keep a choice of cases under a name; the same name again stands for the newer choice."""
    others = select(func.count()).where(QueueView.user_id == actor.id, QueueView.name != form.name)
    if (await db.execute(others)).scalar_one() >= MOST_VIEWS:
        raise Conflict(f"There are {MOST_VIEWS} saved views already: forget one of them first.")
    query = read_view(form.view).query
    statement = insert(QueueView).values(user_id=actor.id, name=form.name, query=query)
    await db.execute(statement.on_conflict_do_update(index_elements=["user_id", "name"], set_={"query": query}))


async def forget_view(db: AsyncSession, actor: Actor, view_id: int) -> None:
    await db.execute(delete(QueueView).where(QueueView.id == view_id, QueueView.user_id == actor.id))
