"""Load a Polis conversation as a debate: its statements as arguments, its votes by voters without names."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg import AsyncConnection
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.arguments.limits import CLAIM_MAX
from app.db import touch_debate
from app.doctor.counters import mend
from app.errors import Conflict
from app.essays.commands import publish_essay
from app.interchange.commands import take_turn
from app.interchange.polis import Conversation, Statement
from app.interchange.queries import has_debate
from app.markdown import render_markdown
from app.models import Action, Argument, ArgumentRevision, Debate, Decision, LogEntry, Origin, Position, User

VALUES = {1: "agree", 0: "pass", -1: "disagree"}
WHO_IMPORTED = "Import"
WHY_HIDDEN = (
    "Moderators of the Polis conversation had rejected this statement. It came with the others, hidden as there."
)
ABOUT = (
    "This debate was imported from a Polis conversation: {statements} statements and {votes} votes by {voters} voters, "
    "who have no accounts here and are known by numbers alone."
)
Advance = Callable[[str, int], object]


@dataclass(frozen=True, slots=True)
class Imported:
    slug: str
    statements: int
    hidden: int
    voters: int
    votes: int


async def import_polis(
    db: AsyncSession, conversation: Conversation, slug: str, title: str, advance: Advance = lambda name, count: None
) -> Imported:
    """The whole debate in one transaction; refused where its slug is taken, so that no vote comes in twice."""
    await take_turn(db, slug)
    if await has_debate(db, slug):
        raise Conflict(f"There is a debate “{slug}” already. Import under another name with --slug.")
    beginning = min((each.at for each in conversation.statements if each.at), default=datetime.now(UTC))
    debate, position_id = await _make_debate(db, conversation, slug, title, beginning)
    arguments = await _add_statements(db, debate, position_id, conversation.statements, beginning)
    hidden = [each for each in conversation.statements if each.is_rejected]
    await _hide(db, debate, [arguments[each.number] for each in hidden])
    people = await _add_voters(db, debate.id, conversation.voters, beginning)
    await _copy_votes(db, debate.id, conversation, arguments, people, beginning, advance)
    await mend(db, debate.id)
    touch_debate(db, debate.id)
    return Imported(slug, len(arguments), len(hidden), len(people), len(conversation.votes))


async def _make_debate(
    db: AsyncSession, conversation: Conversation, slug: str, title: str, beginning: datetime
) -> tuple[Debate, int]:
    """Statements of Polis speak for no side, so there is one position that holds them all."""
    about = ABOUT.format(
        statements=f"{len(conversation.statements):,}",
        votes=f"{len(conversation.votes):,}",
        voters=f"{len(conversation.voters):,}",
    )
    debate = Debate(
        slug=slug, title=title, motion=title, summary_markdown=about, summary_html=render_markdown(about),
        created_at=beginning,
    )  # fmt: skip
    db.add(debate)
    await db.flush()
    position = Position(
        debate_id=debate.id, number=1, key="statements", name="Statements", summary_markdown="", summary_html=""
    )
    db.add(position)
    await db.flush()
    await publish_essay(db, debate.id, title, "", "\n\n".join(filter(None, (conversation.description, about))))
    return debate, position.id


async def _add_statements(
    db: AsyncSession, debate: Debate, position_id: int, statements: list[Statement], beginning: datetime
) -> dict[int, int]:
    """The ids of the arguments by the numbers of the statements."""
    rows = [_argument(debate.id, position_id, each, each.at or beginning) for each in statements]
    added = await db.execute(insert(Argument).returning(Argument.id, sort_by_parameter_order=True), rows)
    ids = {each.number: id for each, id in zip(statements, added.scalars(), strict=True)}
    wordings = [
        {
            "debate_id": debate.id, "argument_id": id, "number": 1, "claim": row["claim"],
            "grounds_markdown": row["grounds_markdown"], "created_at": row["created_at"],
        }
        for id, row in zip(ids.values(), rows, strict=True)
    ]  # fmt: skip
    await db.execute(insert(ArgumentRevision), wordings)
    return ids


def _argument(debate_id: int, position_id: int, statement: Statement, at: datetime) -> dict[str, Any]:
    """A text that is longer than a claim is cut there and stands whole beneath."""
    claim, grounds = statement.text, ""
    if len(claim) > CLAIM_MAX:
        claim, grounds = claim[: CLAIM_MAX - 1].rpartition(" ")[0] + "…", statement.text
    return {
        "debate_id": debate_id, "position_id": position_id, "origin": Origin.IMPORTED, "claim": claim,
        "grounds_markdown": grounds, "grounds_html": render_markdown(grounds) if grounds else "",
        "seed_key": f"polis-{statement.number}", "created_at": at,
    }  # fmt: skip


async def _hide(db: AsyncSession, debate: Debate, argument_ids: list[int]) -> None:
    for argument_id in argument_ids:
        decision = Decision(
            debate_id=debate.id, argument_id=argument_id, action=Action.HIDE, explanation=WHY_HIDDEN,
        )  # fmt: skip
        db.add(decision)
        await db.flush()
        item = {"kind": "argument", "id": argument_id}
        entry = LogEntry(
            moderator_name=WHO_IMPORTED, action=Action.HIDE, debate_id=debate.id, debate_slug=debate.slug,
            decision_id=decision.id, item=item, explanation=WHY_HIDDEN,
        )  # fmt: skip
        db.add(entry)
        await db.execute(_HIDE, {"debate": debate.id, "argument": argument_id, "decision": decision.id})


_HIDE = text("UPDATE arguments SET hidden_by_id = :decision WHERE debate_id = :debate AND id = :argument")


async def _add_voters(db: AsyncSession, debate_id: int, voters: list[str], beginning: datetime) -> dict[str, int]:
    """Their ids by what the export calls them. Nobody can sign in as one of them."""
    rows = [
        {
            "username": f"imported-{debate_id}-{number}", "display_name": f"Imported participant {number}",
            "password_hash": "", "is_imported": True, "created_at": beginning,
        }
        for number in range(1, len(voters) + 1)
    ]  # fmt: skip
    if not rows:
        return {}
    added = await db.execute(insert(User).returning(User.id, sort_by_parameter_order=True), rows)
    return dict(zip(voters, added.scalars(), strict=True))


async def _copy_votes(
    db: AsyncSession, debate_id: int, conversation: Conversation, arguments: dict[int, int], people: dict[str, int],
    beginning: datetime, advance: Advance,
) -> None:  # fmt: skip
    await db.flush()
    raw = await (await db.connection()).get_raw_connection()
    connection: AsyncConnection[Any] = raw.driver_connection  # type: ignore[assignment]
    columns = "debate_id, user_id, argument_id, value, created_at, changed_at"
    async with connection.cursor() as cursor, cursor.copy(f"COPY votes ({columns}) FROM STDIN") as copy:
        for number, vote in enumerate(conversation.votes, start=1):
            at = vote.at or beginning
            row = (debate_id, people[vote.voter], arguments[vote.statement], VALUES[vote.sign], at, at)
            await copy.write_row(row)
            advance("votes", number)


async def load_claims(db: AsyncSession, debate_id: int) -> dict[int, str]:
    """The claims of a debate by id, for those who read its numbers."""
    rows = await db.execute(select(Argument.id, Argument.claim).where(Argument.debate_id == debate_id))
    return {row[0]: row[1] for row in rows}
