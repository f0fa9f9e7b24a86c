"""Decide the case of a person: leave them alone, warn or restrict them, or ask for another name."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.db import Reader
from app.models import Action, Decision
from app.moderation.commands import close_as_seen, refuse_while_decided
from app.moderation.decision_queries import DecisionView
from app.moderation.forms import PersonCaseForm, RestrictionForm, UndoForm
from app.moderation.measures.kept_out import refuse_alone
from app.moderation.measures.targets import find_version, of_site
from app.moderation.people.reported import Reported
from app.moderation.putting_back import Undoing, put_back
from app.moderation.records import Act, find_made, record, tell
from app.moderation.sanction_commands import lock_person, restrict_person
from app.moderation.undo_commands import undoing_act


async def decide_about_person(
    db: AsyncSession, actor: Actor, case_id: int, person: Reported, form: PersonCaseForm
) -> Decision:
    """One transaction: the person's row is locked first, as by everybody who decides about them."""
    await refuse_while_decided(db, actor, case_id)
    await lock_person(db, person.id)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    await refuse_without_second(db, person, form)
    await close_as_seen(db, actor, case_id, form)
    if form.action != Action.DISMISS:
        seen = await find_version(db, of_site(person.id))  # The case's version guards against what came between.
        sent = {**form.model_dump(), "kind": form.action.value, "version": seen}
        restriction = RestrictionForm.model_validate(sent)
        return await restrict_person(db, actor, person.id, restriction, case_id=case_id, bench=person.bench)
    act = Act(
        form.action, form.explanation, form.idempotency_key, form.house_rule, form.law,
        concerned_id=person.id, case_id=case_id, bench=person.bench,
    )  # fmt: skip
    decision = await record(db, actor, act, debate_slug=None)
    await tell(db, actor, decision)
    return decision


async def refuse_without_second(db: Reader, person: Reported, form: PersonCaseForm) -> None:
    """What two moderators decide is proposed from the person's own page, not decided here; a preview says so too."""
    if form.action == Action.SUSPEND:
        await refuse_alone(db, person.id, None, int(form.hours))


async def reopen_case_of_person(db: AsyncSession, actor: Actor, view: DecisionView, form: UndoForm) -> Decision:
    """Undo a dismissal: the same flags wait for another decision."""
    await lock_person(db, view.concerned_id)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    return (await put_back(db, actor, [Undoing(view, None, undoing_act(view, None, form))]))[0]
