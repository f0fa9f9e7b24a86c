"""An argument before it stands: how it is screened, and kept where it has to wait."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.arguments.forms import ArgumentForm
from app.arguments.writing import WritingPage
from app.forms import FormState
from app.prevention.holding import hold_post
from app.prevention.screening import Screened
from app.prevention.sent import UNSEEN_FIELD, Place, Sent


def place_of(page: WritingPage) -> Place:
    return Place(page.debate.id, argument_id=page.target.id if page.target else None)


def as_sent(form: ArgumentForm, state: FormState) -> Sent:
    texts = (form.source_title, form.source_words, form.said_back, form.claim, form.grounds)
    return Sent(texts, form.idempotency_key, state.value(UNSEEN_FIELD), form.claim)


async def hold_argument(
    db: AsyncSession, actor: Actor, page: WritingPage, form: ArgumentForm, screened: Screened
) -> str:
    """The address at which its author sees it."""
    fields = form.model_dump(mode="json", exclude={"act", "seen", "answers"})
    return await hold_post(db, actor, page.debate, place_of(page), fields, form.idempotency_key, screened)
