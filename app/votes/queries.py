"""A person's own votes and stance: the thin layer over pages that everyone shares."""

from markupsafe import Markup
from sqlalchemy import bindparam, select, text

from app.actor import Actor
from app.db import Reader
from app.errors import Invalid
from app.models import Position, Stance
from app.pages import Filler

_OWN_VOTES = text(
    "SELECT argument_id, value FROM votes "
    "WHERE debate_id = :debate AND user_id = :user AND argument_id = ANY(CAST(:arguments AS bigint[]))"
)
_OWN_STANCE = (
    select(Position.number)
    .select_from(Stance)
    .outerjoin(Position, (Position.debate_id == Stance.debate_id) & (Position.id == Stance.latest_position_id))
    .where(Stance.debate_id == bindparam("debate"), Stance.user_id == bindparam("user"))
)


async def load_own_votes(db: Reader, actor: Actor, debate_id: int, argument_ids: list[int]) -> dict[int, str]:
    """This person's votes on these arguments, by argument; a visitor has none and costs no statement."""
    if not actor.is_signed_in or not argument_ids:
        return {}
    rows = await db.execute(_OWN_VOTES, {"debate": debate_id, "user": actor.id, "arguments": argument_ids})
    return {row[0]: row[1] for row in rows}


def fill_vote_button(own_votes: dict[int, str]) -> Filler:
    """The slot "vote_button": what a button sends and whether it is pressed. A pressed one takes the vote back."""

    def fill(argument_id: str, value: str) -> str:
        return _PRESSED if own_votes.get(int(argument_id)) == value else _FREE[value]

    return fill


_PRESSED = Markup('value="none" aria-pressed="true"')
_FREE = {value: Markup(f'value="{value}" aria-pressed="false"') for value in ("agree", "disagree", "pass")}  # noqa: S704


class NoStance:
    """Nothing has been chosen, which is not the same as having chosen "undecided"."""


async def load_own_stance(db: Reader, actor: Actor, debate_id: int) -> int | type[NoStance] | None:
    """The number of the position that the person holds, None for undecided."""
    if not actor.is_signed_in:
        return NoStance
    row = (await db.execute(_OWN_STANCE, {"debate": debate_id, "user": actor.id})).one_or_none()
    return NoStance if row is None else row[0]


def fill_stance_button(own: int | type[NoStance] | None) -> Filler:
    """The slot "stance_button": whether the button of this position (its number, or "undecided") is pressed."""
    pressed = "undecided" if own is None else str(own)

    def fill(choice: str) -> str:
        return "true" if choice == pressed else "false"

    return fill


async def find_position_id(db: Reader, debate_id: int, choice: str) -> int | None:
    """The position of this number, None for "undecided"; Invalid if the debate has no such position."""
    if choice == "undecided":
        return None
    statement = select(Position.id).where(Position.debate_id == debate_id, Position.number == int(choice))
    found = (await db.execute(statement)).scalar_one_or_none()
    if found is None:
        raise Invalid("This debate has no such position.")
    return found
