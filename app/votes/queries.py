"""A person's own votes and stance: the thin layer over pages that everyone shares."""

from typing import NamedTuple, TypeVar

from markupsafe import Markup
from sqlalchemy import bindparam, select, text

from app.actor import Actor
from app.db import Reader
from app.errors import Invalid
from app.models import Position, Stance
from app.pages import Filler, Fillers, SharedPage
from app.permission_parts import is_open as is_debate_open
from app.targets import DebateHead

_OWN_VOTES = text(
    "SELECT argument_id, value, version FROM votes "
    "WHERE debate_id = :debate AND user_id = :user AND argument_id = ANY(CAST(:arguments AS bigint[])) "
    "UNION ALL SELECT argument_id, CASE WHEN bears THEN 'yes' ELSE 'no' END, version FROM bearings "
    "WHERE debate_id = :debate AND user_id = :user AND argument_id = ANY(CAST(:arguments AS bigint[])) "
    "UNION ALL SELECT id, 'own', 0 FROM arguments "
    "WHERE debate_id = :debate AND author_id = :user AND id = ANY(CAST(:arguments AS bigint[]))"
)
_OWN_STANCE = (
    select(Position.number)
    .select_from(Stance)
    .outerjoin(Position, (Position.debate_id == Stance.debate_id) & (Position.id == Stance.latest_position_id))
    .where(Stance.debate_id == bindparam("debate"), Stance.user_id == bindparam("user"), Stance.withdrawn_at.is_(None))
)


Held = TypeVar("Held", str, int)


class OwnVotes(NamedTuple):
    """A person's votes on some arguments: on the claims, and whether the replies bear on their points."""

    values: dict[int, str]
    bears: dict[int, str]
    versions: dict[int, int]  # The earliest on which either was cast.
    written: frozenset[int] = frozenset()  # By this person, who has no vote on them.

    @classmethod
    def of(cls, argument_id: int, value: str | None, bears: str | None, version: int | None) -> "OwnVotes":
        return cls(_one(argument_id, value), _one(argument_id, bears), _one(argument_id, version))

    def words(self, argument_id: int) -> str:
        """Both as the button that renews them sends them."""
        return " ".join(filter(None, (self.values.get(argument_id), self.bears.get(argument_id))))


def _one(argument_id: int, held: Held | None) -> dict[int, Held]:
    return {} if held is None else {argument_id: held}


async def load_own_votes(db: Reader, actor: Actor, debate_id: int, argument_ids: list[int]) -> OwnVotes:
    """One statement; a visitor has no votes and costs none."""
    own = OwnVotes({}, {}, {})
    if not actor.is_signed_in or not argument_ids:
        return own
    written = []
    place = {"debate": debate_id, "user": actor.id, "arguments": argument_ids}
    for argument_id, word, version in await db.execute(_OWN_VOTES, place):
        if word == "own":
            written.append(argument_id)
            continue
        (own.bears if word in ("yes", "no") else own.values)[argument_id] = word
        own.versions[argument_id] = min(version, own.versions.get(argument_id, version))
    return own._replace(written=frozenset(written))


async def fill_votes(db: Reader, actor: Actor, debate: DebateHead, page: SharedPage) -> Fillers:
    """The slots of all votes on a page."""
    ids = page.values("vote_button") if actor.is_signed_in else []
    own = await load_own_votes(db, actor, debate.id, ids)
    return fill_vote_buttons(own, is_open=bool(is_debate_open(debate)))


def fill_vote_buttons(own: OwnVotes, *, is_open: bool = True) -> Fillers:
    """What a button sends and whether it is pressed. A pressed one takes the vote back. Below them stands why there is
    no vote, or that the vote is from before an edit. In a debate that is not open they show how the votes stand."""
    pressed, free = (_PRESSED, _FREE) if is_open else (_HELD, _CLOSED)

    if not own.values and not own.bears and not own.written:
        return _NOTHING_HELD if is_open else _CLOSED_TO_ALL

    def fill_value(id: str, value: str) -> str:
        argument_id = int(id)
        if argument_id in own.written:
            return _OFF
        return pressed if own.values.get(argument_id) == value else free[value]

    def fill_bears(id: str, bears: str) -> str:
        argument_id = int(id)
        if argument_id in own.written:
            return _OFF
        return pressed if own.bears.get(argument_id) == bears else free[bears]

    def fill_note(id: str, version: str, debate_url: str) -> str:
        argument_id = int(id)
        if argument_id in own.written:
            return _OWN_ARGUMENT
        if not is_open or own.versions.get(argument_id, int(version)) >= int(version):
            return ""
        return _EARLIER.format(words=own.words(argument_id), url=f"{debate_url}/arguments/{id}/history")

    return {"vote_button": fill_value, "bears_button": fill_bears, "vote_note": fill_note}


_OFF, _HELD = (Markup(f'disabled aria-pressed="{is_pressed}"') for is_pressed in ("false", "true"))  # noqa: S704
_OWN_ARGUMENT = Markup('<p class="vote-note">Your own argument: others vote on it.</p>')
_EARLIER = Markup(
    '<p class="vote-note">Your vote is from before the edit. <button name="renew" value="{words}">Renew it</button> '
    '<a href="{url}">What changed</a></p>'
)
_PRESSED = Markup('value="none" aria-pressed="true"')
_FREE = {
    word: Markup(f'value="{word}" aria-pressed="false"')  # noqa: S704
    for word in ("agree", "disagree", "pass", "yes", "no")
}
_CLOSED = dict.fromkeys(_FREE, _OFF)


def _fill_nothing_held(buttons: dict[str, Markup]) -> Fillers:
    """Made once, since pages keep what they filled with the same functions."""

    def button(_: str, word: str) -> str:
        return buttons[word]

    return {"vote_button": button, "bears_button": button, "vote_note": _no_note}


def _no_note(*_: str) -> str:
    return ""


_NOTHING_HELD, _CLOSED_TO_ALL = _fill_nothing_held(_FREE), _fill_nothing_held(_CLOSED)


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


def fill_stance_withdrawal(own: int | type[NoStance] | None) -> Filler:
    """The slot "stance_withdrawal": a button that takes the stance back, for those who have one."""

    def fill() -> str:
        return "" if own is NoStance else _TAKE_STANCE_BACK

    return fill


_TAKE_STANCE_BACK = Markup('<button class="button-plain" name="position" value="none">Take your stance back</button>')


async def find_position_id(db: Reader, debate_id: int, choice: str) -> int | None:
    """The position of this number, None for "undecided"; Invalid if the debate has no such position."""
    if choice == "undecided":
        return None
    statement = select(Position.id).where(Position.debate_id == debate_id, Position.number == int(choice))
    found = (await db.execute(statement)).scalar_one_or_none()
    if found is None:
        raise Invalid("This debate has no such position.")
    return found
