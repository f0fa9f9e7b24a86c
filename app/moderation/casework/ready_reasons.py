"""Explanations that moderators give often, each bound to a house rule: the site's own, and those of a debate."""

from typing import Annotated, NamedTuple

from pydantic import Field, field_validator
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.db import Reader
from app.errors import Conflict
from app.forms import Form, Line
from app.models import CannedReason, HouseRule
from app.moderation.forms import Explanation, explain

TITLE_LIMIT = 60  # It is an entry of a list of choices.
MOST_REASONS = 20  # Of one debate: a longer list is slower than writing.


class ReadyReason(NamedTuple):
    key: str  # A word for the site's own, a number for a debate's.
    house_rule: HouseRule
    title: str
    explanation: str

    @property
    def fields(self) -> dict[str, str]:
        """What it fills in where a form was left empty."""
        return {"house_rule": self.house_rule, "explanation": self.explanation}


SITES_OWN = (
    ReadyReason(
        "person", HouseRule.CIVIL, "Attacks a person",
        "It speaks of a person, or of a group, where it should answer what was said. Said about the claim alone, it "
        "can be posted again.",
    ),
    ReadyReason(
        "off-topic", HouseRule.ON_TOPIC, "Off topic",
        "It bears neither on the motion nor on what it stands under. It may well belong somewhere else in this debate.",
    ),
    ReadyReason(
        "misquote", HouseRule.HONEST, "Misquotes",
        "It puts words in quotation marks that do not stand where it says they do. With the exact words it can be "
        "posted again.",
    ),
    ReadyReason(
        "private", HouseRule.PRIVACY, "Private details",
        "It tells something of a private life that is not public and that the debate does not need.",
    ),
    ReadyReason(
        "spam", HouseRule.NO_SPAM, "Advertising",
        "It advertises something and does not take part in the debate.",
    ),
    ReadyReason(
        "again", HouseRule.NO_SPAM, "The same again",
        "The same text stands in this debate already. Once is enough: others can answer it there.",
    ),
)  # fmt: skip


# Cases of people belong to no debate, so there are no others. They speak of the person, those above of a text.
ABOUT_PEOPLE = (
    ReadyReason(
        "attacks", HouseRule.CIVIL, "Attacks people",
        "In several texts they speak of persons, or of groups, where they should answer what was said.",
    ),
    ReadyReason(
        "follows", HouseRule.CIVIL, "Follows somebody",
        "They answer one person wherever that person writes, and not for the sake of what was said.",
    ),
    ReadyReason(
        "pretends", HouseRule.HONEST, "Pretends to be somebody else",
        "Their name or their texts say that they are somebody whom they are not.",
    ),
    ReadyReason(
        "exposes", HouseRule.PRIVACY, "Tells private details",
        "They told more than once something of a private life that is not public and that no debate needs.",
    ),
    ReadyReason(
        "advertises", HouseRule.NO_SPAM, "Advertises",
        "They are here to advertise something and do not take part in debates.",
    ),
    ReadyReason(
        "floods", HouseRule.NO_SPAM, "Floods",
        "They post the same again and again, so that what others say is hard to find.",
    ),
)  # fmt: skip


class ReasonForm(Form):
    title: Annotated[Line, Field(min_length=1, max_length=TITLE_LIMIT)]
    house_rule: HouseRule
    explanation: Explanation = ""

    _explained = field_validator("explanation")(explain)


async def load_ready_reasons(db: Reader, debate_id: int | None) -> list[ReadyReason]:
    statement = (
        select(CannedReason.id, CannedReason.house_rule, CannedReason.title, CannedReason.explanation)
        .where(CannedReason.debate_id == debate_id, CannedReason.retired_at.is_(None))
        .order_by(CannedReason.id)
    )
    own = [ReadyReason(str(id), rule, title, text) for id, rule, title, text in await db.execute(statement)]
    return [*SITES_OWN, *own]


async def find_ready_reason(db: Reader, debate_id: int | None, key: str) -> ReadyReason | None:
    """One of the debate's, or of the site's own, which are all there are where there is no one debate."""
    known = await load_ready_reasons(db, debate_id) if debate_id is not None else list(SITES_OWN)
    return next((reason for reason in known if reason.key == key), None)


def find_reason_about_people(key: str) -> ReadyReason | None:
    return next((reason for reason in ABOUT_PEOPLE if reason.key == key), None)


async def add_ready_reason(db: AsyncSession, actor: Actor, debate_id: int, form: ReasonForm) -> None:
    of_debate = (CannedReason.debate_id == debate_id, CannedReason.retired_at.is_(None))
    if (await db.execute(select(func.count()).where(*of_debate))).scalar_one() >= MOST_REASONS:
        raise Conflict(f"This debate has {MOST_REASONS} ready reasons already: retire one of them first.")
    same = select(CannedReason.id).where(*of_debate, CannedReason.title == form.title)
    if (await db.execute(same)).first() is not None:
        return  # The form was sent twice.
    fields = {"title": form.title, "house_rule": form.house_rule, "explanation": form.explanation}
    db.add(CannedReason(debate_id=debate_id, author_id=actor.id, **fields))
    await db.flush()


async def retire_ready_reason(db: AsyncSession, debate_id: int, reason_id: int) -> None:
    """It is offered no more; decisions keep the words that they were given."""
    statement = update(CannedReason).where(CannedReason.debate_id == debate_id, CannedReason.id == reason_id)
    await db.execute(statement.where(CannedReason.retired_at.is_(None)).values(retired_at=func.now()))
