"""An annotation before it stands: how it is screened, and kept where it has to wait."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.annotations.forms import AnnotationForm, AnnotationReplyForm
from app.errors import Refusal
from app.forms import FormState
from app.prevention.holding import hold_post
from app.prevention.screening import Screened, screen_post
from app.prevention.sent import UNSEEN_FIELD, Place, Sent
from app.targets import DebateHead


def as_sent(form: AnnotationForm | AnnotationReplyForm, state: FormState, tags: Sequence[str] = ()) -> Sent:
    return Sent((*tags, form.body), form.idempotency_key, state.value(UNSEEN_FIELD))


class MustWait(Refusal):
    status = 403
    title = "This has to be read first"


async def screen_program(db: AsyncSession, actor: Actor, debate_id: int, texts: Sequence[str], key: str) -> Screened:
    """Of a text that a program sends: what would wait is refused, as a program has no page to see it on.

    What is sent again gives what there is, so repeats are not refused here.
    """
    screened = await screen_post(db, actor, Place(debate_id), Sent(texts, key, may_repeat=True))
    if screened.hold:
        raise MustWait("A moderator has to read this before it stands. Post it on the essay’s page, where it can wait.")
    return screened


async def hold_annotation(
    db: AsyncSession,
    actor: Actor,
    debate: DebateHead,
    place: Place,
    form: AnnotationForm | AnnotationReplyForm,
    screened: Screened,
) -> str:
    """The address at which its author sees it. Its passage moves along with the essay's revisions as all do."""
    fields = form.model_dump(mode="json", include={"kind", "body", "tags"})
    return await hold_post(db, actor, debate, place, fields, form.idempotency_key, screened)
