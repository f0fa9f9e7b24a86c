"""What somebody practises on next, one case of it, and how often they agreed."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import md5
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import ColumnElement, Date, String, cast, func, select

from app.actor import Actor
from app.arguments.cards import ArgumentCard
from app.db import Reader
from app.errors import NotFound
from app.models import Flag, FlagReason, HouseRule, KnownCase, PracticeAnswer, User, Verdict
from app.moderation.items import find_item
from app.moderation.practice.agreement import Agreement, Answers, measure
from app.moderation.practice.examples import EXAMPLES
from app.moderation.practice.known import find_settled, practisable, with_item
from app.moderation.practice.names import Mask
from app.moderation.queries import load_context
from app.taken import what_was_done

ASKED_AGAIN = timedelta(days=30)  # Sooner, one remembers the answer rather than the rule.


class Ground(NamedTuple):
    """Why somebody flagged it."""

    reason: FlagReason
    words: str


class Answer(NamedTuple):
    action: Verdict
    house_rule: HouseRule | None
    settled_action: Verdict  # When it was given.
    settled_rule: HouseRule | None


class Solution(NamedTuple):
    verdict: Verdict
    house_rule: HouseRule | None
    explanation: str


@dataclass(frozen=True, slots=True)
class PracticeCase:
    """A case without anybody's name. `passages` are words of the essay, each with what stands before and after."""

    key: str
    is_made_up: bool
    motion: str
    word: str  # argument, note, question, reply or credit
    side: int | None
    side_name: str | None
    path: list[str]
    claim: str
    body: Markup
    passages: list[tuple[str, str, str]]
    grounds: list[Ground]
    solution: Solution


async def find_next_key(db: Reader, actor: Actor) -> str | None:
    """What was not answered lately, site's cases and made-up ones mixed in an order of the person's own."""
    is_recent = PracticeAnswer.answered_at > func.now() - ASKED_AGAIN
    recent = select(PracticeAnswer.case_key).where(PracticeAnswer.user_id == actor.id, is_recent)
    key = cast(KnownCase.id, String)
    order = func.md5(func.concat(actor.id, " ", key))
    known = with_item(select(key, order)).where(practisable(actor), key.not_in(recent)).order_by(order).limit(1)
    answered = set(await db.scalars(recent))
    found = [(row[1], row[0]) for row in await db.execute(known)]
    found += [(_order(actor, each), each) for each in EXAMPLES if each not in answered]
    return min(found)[1] if found else None


def _order(actor: Actor, key: str) -> str:
    """The same as in the database."""
    return md5(f"{actor.id} {key}".encode(), usedforsecurity=False).hexdigest()


async def load_practice_case(db: Reader, actor: Actor, key: str) -> PracticeCase:
    if key in EXAMPLES:
        return _made_up(key)
    if not key.isdecimal() or len(key) > 18:
        raise NotFound("There is no such case to practise on.")
    return await _load_known(db, actor, int(key))


def _made_up(key: str) -> PracticeCase:
    example = EXAMPLES[key]
    body = Markup().join(Markup("<p>{}</p>").format(line) for line in example.body.split("\n") if line)
    grounds = [Ground(*each) for each in example.grounds]
    solution = Solution(example.verdict, example.house_rule, example.explanation)
    return PracticeCase(
        key, True, example.motion, example.word, None, None, list(example.path), example.claim, body, [], grounds,
        solution,
    )  # fmt: skip


async def _load_known(db: Reader, actor: Actor, known_id: int) -> PracticeCase:
    settled, debate = await find_settled(db, actor, known_id)
    item = await find_item(db, debate.id, *settled.item_key)
    context = await load_context(db, debate, item)
    flags = await _load_flags(db, settled.case_id)
    people = [(settled.moderator_username, settled.moderator_name), *(flag[2:] for flag in flags)]
    people += [(step.author_username, step.author_name) for step in context.path]
    people += [(item.author.username, item.author.name)] if item.author else []
    mask = Mask(name for person in people for name in person)
    return PracticeCase(
        key=str(known_id), is_made_up=False, motion=debate.motion, word=item.word, side=item.side,
        side_name=item.side_name, path=[mask.text(_words(step)) for step in context.path],
        claim=mask.text(item.text) if item.word == "argument" else "", body=mask.html(item.body),
        passages=[(each.before, each.exact, each.after) for each in context.citations],
        grounds=[Ground(reason, mask.text(words)) for reason, words, *_ in flags],
        solution=Solution(settled.verdict, settled.house_rule, mask.text(settled.explanation)),
    )  # fmt: skip


def _words(step: ArgumentCard) -> str:
    return step.claim or f"[{what_was_done(step.removed_under)}]"


async def _load_flags(db: Reader, case_id: int) -> list[tuple[FlagReason, str, str | None, str | None]]:
    statement = (
        select(Flag.reason, Flag.words, User.username, User.display_name)
        .outerjoin(User, User.id == Flag.reporter_id)
        .where(Flag.case_id == case_id, Flag.withdrawn_at.is_(None))
        .order_by(Flag.id)
    )
    return [(row[0], row[1], row[2], row[3]) for row in await db.execute(statement)]


async def find_answer(db: Reader, actor: Actor, key: str) -> Answer | None:
    """The person's own, unless it is so long ago that the case is asked again."""
    own = (PracticeAnswer.user_id == actor.id, PracticeAnswer.case_key == key)
    is_recent = PracticeAnswer.answered_at > func.now() - ASKED_AGAIN
    columns = (
        PracticeAnswer.action, PracticeAnswer.house_rule, PracticeAnswer.settled_action, PracticeAnswer.settled_rule
    )  # fmt: skip
    latest = select(*columns).where(*own, is_recent).order_by(PracticeAnswer.answered_at.desc()).limit(1)
    row = (await db.execute(latest)).one_or_none()
    return Answer(*row) if row else None


async def load_agreement(db: Reader, actor: Actor) -> Agreement:
    """Of the person alone: there is no way to ask for somebody else's."""
    answer = PracticeAnswer
    month: ColumnElement[object] = cast(func.date_trunc("month", func.timezone("UTC", answer.answered_at)), Date)
    keys = (month, answer.action, answer.house_rule, answer.settled_action, answer.settled_rule)
    rows = await db.execute(select(*keys, func.count()).where(answer.user_id == actor.id).group_by(*keys))
    return measure([Answers._make(row) for row in rows])
