"""Forms that save nothing yet: those that ask how a text would look, and those that came without their key."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from fastapi import Request
from markupsafe import Markup
from starlette.responses import Response

from app.actor import Actor
from app.forms import FormState, with_fresh_key
from app.markdown import render_markdown
from app.rate_limits import PREVIEW, limit_actor
from app.web import is_fragment, render

INCOMPLETE = "This form was incomplete. It is whole now: please send it again."


class WithBody(Protocol):
    @property
    def body(self) -> str: ...


async def answer_preview(
    request: Request, actor: Actor, form: WithBody | None, state: FormState, show: Callable[..., Awaitable[Response]]
) -> Response:
    """In its box by script, otherwise in the whole page, which `show` gives, with everything that was typed."""
    await limit_actor(request, actor, PREVIEW)
    preview = Markup(render_markdown(form.body)) if form else Markup("")  # noqa: S704  (sanitised)
    if is_fragment(request):
        return render(request, actor, "annotations/_preview.html", preview=preview, form=state)
    return await show(state, status=200 if form else 422, preview=preview)


def make_whole(state: FormState) -> FormState:
    """With a key, if it came without one, and a sentence that says so."""
    if "idempotency_key" not in state.errors:
        return state
    state.errors["idempotency_key"] = INCOMPLETE
    return with_fresh_key(state)
