"""A seed's arguments in the database: new ones added, known ones worded anew, those that left the seed dropped."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.arguments.commands import begin_version, tell_of_edit
from app.essays.commands import find_or_make_passage
from app.interchange.seed import SeedArgument, SeedDebate, SeedError
from app.interchange.seed_quotes import Span
from app.markdown import render_markdown
from app.models import (
    Argument,
    ArgumentRevision,
    Case,
    Citation,
    Decision,
    EssayRevision,
    Flag,
    Notification,
    Origin,
    Placement,
    PlacementState,
    Reshaping,
    Vote,
)

Spans = Mapping[str, tuple[Span, ...]]  # Where each argument's quotes stand, by its key.


@dataclass(frozen=True, slots=True)
class Ground:
    """What the arguments stand on."""

    db: AsyncSession
    seed: SeedDebate
    debate_id: int
    revision: EssayRevision
    position_ids: dict[str, int]
    passage_ids: dict[Span, int] = field(default_factory=dict)

    def refuse(self, key: str, problem: str, remedy: str) -> SeedError:
        return SeedError(self.seed.file, f"argument {key}", problem, remedy)


class CitedSpan(NamedTuple):
    passage_id: int
    span: Span | None  # None where other words stand now, or none.


class Done(NamedTuple):
    added: int
    changed: int
    dropped: int


async def store_arguments(ground: Ground, spans: Spans, advance: Callable[[], object]) -> Done:
    """Make the debate's arguments those of the seed. Counters are left to the caller."""
    statement = select(Argument).where(Argument.debate_id == ground.debate_id, Argument.seed_key.is_not(None))
    stored = {str(argument.seed_key): argument for argument in (await ground.db.execute(statement)).scalars()}
    cited = await _cited_spans(ground)
    dropped = await _drop(ground, [argument for key, argument in stored.items() if key not in spans])
    moved = await _moved_by_moderators(ground)
    changed = 0
    for words in [words for words in ground.seed.arguments if words.key in stored]:
        argument = stored[words.key]
        if argument.id not in moved:
            _refuse_move(ground, words, argument, stored)
        is_reworded = await _reword(ground, words, argument)
        is_recited = await _cite(ground, argument, cited.get(argument.id, []), spans[words.key])
        changed += is_reworded or is_recited
        advance()
    added = 0
    for level in _levels([words for words in ground.seed.arguments if words.key not in stored]):
        stored |= await _add(ground, level, stored)
        for words in level:
            await _cite(ground, stored[words.key], [], spans[words.key])
            advance()
        added += len(level)
    return Done(added, changed, dropped)


def _levels(arguments: list[SeedArgument]) -> Iterator[list[SeedArgument]]:
    """Parts of which no argument answers another one of the same part; parents come before children in the seed."""
    level: dict[str, int] = {}
    for words in arguments:
        level[words.key] = level.get(words.parent or "", -1) + 1
    for _, group in groupby(sorted(arguments, key=lambda words: level[words.key]), lambda words: level[words.key]):
        yield list(group)


async def _add(ground: Ground, level: list[SeedArgument], stored: Mapping[str, Argument]) -> dict[str, Argument]:
    added = {words.key: _argument(ground, words, stored.get(words.parent or "")) for words in level}
    ground.db.add_all(added.values())
    await ground.db.flush()
    ground.db.add_all(_revision(argument, 1) for argument in added.values())
    await ground.db.flush()
    return added


def _argument(ground: Ground, words: SeedArgument, parent: Argument | None) -> Argument:
    return Argument(
        debate_id=ground.debate_id,
        parent_id=parent.id if parent else None,
        root_id=(parent.root_id or parent.id) if parent else None,
        depth=parent.depth + 1 if parent else 0,
        relation=words.relation,
        position_id=ground.position_ids[words.position],
        origin=Origin.ESSAY,
        author_id=None,
        claim=words.claim,
        grounds_markdown=words.grounds,
        grounds_html=render_markdown(words.grounds),
        seed_key=words.key,
    )


def _revision(argument: Argument, number: int) -> ArgumentRevision:
    return ArgumentRevision(
        debate_id=argument.debate_id,
        argument_id=argument.id,
        number=number,
        version=argument.version or 1,
        claim=argument.claim,
        grounds_markdown=argument.grounds_markdown,
    )


async def _moved_by_moderators(ground: Ground) -> set[int]:
    """Their place is where moderators put them, whatever the seed says."""
    statement = select(Reshaping.argument_id).where(Reshaping.debate_id == ground.debate_id)
    return set((await ground.db.execute(statement)).scalars())


def _refuse_move(ground: Ground, words: SeedArgument, argument: Argument, stored: Mapping[str, Argument]) -> None:
    parent = stored.get(words.parent or "")
    place = (parent.id if parent else None, words.relation, ground.position_ids[words.position])
    is_new_parent = words.parent is not None and parent is None
    if is_new_parent or place != (argument.parent_id, argument.relation, argument.position_id):
        problem = "it is already loaded in another place: under another parent, relation or position."
        raise ground.refuse(words.key, problem, "Restore its place, or give it a new key.")


async def _reword(ground: Ground, words: SeedArgument, argument: Argument) -> bool:
    """The new wording is a revision, so that readers see in the history what those before them answered."""
    if (argument.claim, argument.grounds_markdown) == (words.claim, words.grounds):
        return False
    of_argument = (ArgumentRevision.debate_id == argument.debate_id, ArgumentRevision.argument_id == argument.id)
    last = (await ground.db.execute(select(func.max(ArgumentRevision.number)).where(*of_argument))).scalar_one()
    await ground.db.refresh(argument, with_for_update={"key_share": True})
    argument.claim = words.claim
    argument.grounds_markdown = words.grounds
    argument.grounds_html = render_markdown(words.grounds)
    begin_version(argument)
    ground.db.add(_revision(argument, last + 1))
    await ground.db.flush()
    if argument.hidden_by_id is None:
        await tell_of_edit(ground.db, argument)
    return True


async def _cited_spans(ground: Ground) -> dict[int, list[CitedSpan]]:
    """What every argument cites, with the place on this revision if the words stand there as they were cited."""
    is_placed = (Placement.debate_id == Citation.debate_id) & (Placement.passage_id == Citation.passage_id)
    statement = (
        select(Citation.argument_id, Citation.passage_id, Placement.start, Placement.end, Placement.state)
        .join(Placement, is_placed)
        .where(Citation.debate_id == ground.debate_id, Placement.revision_id == ground.revision.id)
    )
    cited: dict[int, list[CitedSpan]] = {}
    for argument_id, passage_id, start, end, state in await ground.db.execute(statement):
        span = (start, end) if start is not None and end is not None and state != PlacementState.FUZZY else None
        cited.setdefault(argument_id, []).append(CitedSpan(passage_id, span))
    return cited


async def _cite(ground: Ground, argument: Argument, cited: list[CitedSpan], wanted: tuple[Span, ...]) -> bool:
    """Let the argument cite these places and no others; whether that changed anything."""
    key = {"debate_id": ground.debate_id, "argument_id": argument.id}
    kept = {place.span for place in cited}
    added = [span for span in wanted if span not in kept]
    for span in added:
        ground.db.add(Citation(**key, passage_id=await _passage_id(ground, span)))
    left = [place.passage_id for place in cited if place.span not in wanted]
    if left:
        await ground.db.execute(delete(Citation).filter_by(**key).where(Citation.passage_id.in_(left)))
    return bool(added or left)


async def _passage_id(ground: Ground, span: Span) -> int:
    if span not in ground.passage_ids:
        ground.passage_ids[span] = (await find_or_make_passage(ground.db, ground.revision, *span)).id
    return ground.passage_ids[span]


async def _drop(ground: Ground, arguments: list[Argument]) -> int:
    """Delete arguments that nobody has touched. Locked first, so that nobody touches them meanwhile."""
    if not arguments:
        return 0
    ids = sorted((argument.id for argument in arguments), reverse=True)
    chosen = (Argument.debate_id == ground.debate_id, Argument.id.in_(ids))
    await ground.db.execute(select(Argument.id).where(*chosen).order_by(Argument.id.desc()).with_for_update())
    touched = await ground.db.execute(select(Argument.seed_key).where(*chosen, _is_touched(ids)).order_by(Argument.id))
    if keys := [str(key) for key in touched.scalars()]:
        remedy = "Put it back; moderators can hide it."
        raise ground.refuse(", ".join(keys), "left the seed, but has replies, votes or moderators' decisions.", remedy)
    for model in (Citation, ArgumentRevision):
        await ground.db.execute(delete(model).where(model.debate_id == ground.debate_id, model.argument_id.in_(ids)))
    await ground.db.execute(delete(Argument).where(*chosen))
    return len(ids)


def _is_touched(ids: list[int]) -> ColumnElement[bool]:
    """Whether anything of anybody hangs on an argument, besides those that are dropped with it."""
    reply = Argument.__table__.alias("reply")
    key = tuple_(Argument.debate_id, Argument.id)
    return or_(
        key.in_(select(reply.c.debate_id, reply.c.parent_id).where(reply.c.id.not_in(ids))),
        *(key.in_(select(model.debate_id, model.argument_id)) for model in (Vote, Flag, Case, Decision, Notification)),
        *(key.in_(select(Reshaping.debate_id, other)) for other in (Reshaping.other_id, Reshaping.from_parent_id)),
    )
