"""The way from the position down to an argument, one line for each step, bounded however deep it stands."""

from functools import cache
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import (
    BigInteger,
    BindParameter,
    Executable,
    Integer,
    and_,
    bindparam,
    case,
    literal,
    null,
    select,
    union,
)
from sqlalchemy.orm import aliased

from app.arguments.cards import name_standing
from app.db import Reader
from app.models import Argument, HouseRule, Position, Relation, User
from app.models.argument import IS_UNANSWERED
from app.taken import name_taken

STEPS_BESIDE = 8  # Nearest steps above an argument on its page, besides the first one: what one keeps in mind.
STEPS_ON_PAGE = 100  # On the page of the path itself.


class Step(NamedTuple):
    """An argument above another one. Its words are missing where moderators have hidden them."""

    id: int
    depth: int
    relation: Relation | None
    side: int | None
    side_name: str | None
    author_name: str | None
    claim: str | None
    grounds_html: str
    removed_under: HouseRule | None
    is_withdrawn: bool
    is_conceded: bool
    is_unanswered: bool
    undercut_count: int

    @property
    def words(self) -> str:
        return self.claim or name_taken("An argument", self.removed_under)

    @property
    def grounds(self) -> Markup:
        return Markup(self.grounds_html)  # noqa: S704  (sanitised at write)

    @property
    def standing(self) -> str:
        return name_standing(
            is_hidden=self.claim is None,
            removed_under=self.removed_under,
            is_withdrawn=self.is_withdrawn,
            is_conceded=self.is_conceded,
            is_unanswered=self.is_unanswered,
        )


_SHOWN = Argument.hidden_by_id.is_(None)
_COLUMNS = (
    Argument.id, Argument.depth, Argument.relation, Position.number, Position.name, User.display_name,
    case((_SHOWN, Argument.claim), else_=null()), case((_SHOWN, Argument.grounds_html), else_=""),
    Argument.removed_under, Argument.withdrawn_at.is_not(None), Argument.conceded_at.is_not(None), IS_UNANSWERED,
    Argument.undercut_count,
)  # fmt: skip


async def load_steps(
    db: Reader, debate_id: int, argument_id: int, root_id: int | None, nearest: int = STEPS_BESIDE
) -> list[Step]:
    """The arguments above, from the first-level one down; of a deep chain that one and the nearest ones."""
    if root_id is None:
        return []
    place = {"debate": debate_id, "argument": argument_id, "root": root_id, "nearest": nearest}
    return [Step._make(row) for row in await db.execute(_select_steps(), place)]


@cache
def _select_steps() -> Executable:
    debate: BindParameter[int] = bindparam("debate")
    above = aliased(Argument)
    step = (
        select(Argument.parent_id.label("id"), literal(1).label("distance"))
        .where(Argument.debate_id == debate, Argument.id == bindparam("argument"), Argument.parent_id.is_not(None))
        .cte("step", recursive=True)
    )
    is_near = step.c.distance < bindparam("nearest", type_=Integer)
    step = step.union_all(
        select(above.parent_id, step.c.distance + 1)
        .join(step, above.id == step.c.id)
        .where(above.debate_id == debate, above.parent_id.is_not(None), is_near)
    )
    # Joined, since with "or" PostgreSQL goes through the whole debate.
    chosen = union(select(step.c.id), select(bindparam("root", type_=BigInteger))).subquery("chosen")
    return (
        select(*_COLUMNS)
        .join(chosen, chosen.c.id == Argument.id)
        .outerjoin(Position, and_(Position.debate_id == Argument.debate_id, Position.id == Argument.position_id))
        .outerjoin(User, User.id == Argument.author_id)
        .where(Argument.debate_id == debate)
        .order_by(Argument.depth)
    )
