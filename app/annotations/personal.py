"""The personal layer of pages with annotations: what this actor may do, and hidden text for those who may see it."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from markupsafe import Markup
from sqlalchemy import select

from app.actor import Actor
from app.db import reading
from app.models import Annotation
from app.pages import Fillers, SharedPage
from app.permissions import can_moderate, can_see_text, can_withdraw, visible_annotations
from app.targets import DebateHead
from app.web import render_part

_HIDDEN_BODY = Markup('<div class="prose"><p class="hint">Only its author and moderators see this text.</p>{}</div>')


async def fill_hidden_bodies(request: Request, actor: Actor, debate_id: int, page: SharedPage) -> Fillers:
    """The slots `hidden_body` of annotations that moderators have hidden. A page without any costs no statement."""
    ids = page.values("hidden_body")
    bodies: dict[int, str] = {}
    if ids and actor.is_signed_in:
        statement = select(Annotation.id, Annotation.body_html).where(
            Annotation.debate_id == debate_id, Annotation.id.in_(ids), visible_annotations(actor)
        )
        async with reading(request) as db:
            bodies = {row.id: row.body_html for row in await db.execute(statement)}
    return {"hidden_body": lambda id: _hidden_body(bodies.get(int(id)))}


def _hidden_body(body: str | None) -> str:
    return _HIDDEN_BODY.format(Markup(body)) if body is not None else ""  # noqa: S704  (sanitised at write)


@dataclass(frozen=True, slots=True)
class AnnotationState:
    """What the rules look at, and the text for those who may see it while it is hidden."""

    debate_id: int
    id: int
    author_id: int | None
    hidden_by_id: int | None
    withdrawn_at: datetime | None
    body: str


@dataclass(frozen=True, slots=True)
class AnnotationLayer:
    request: Request
    actor: Actor
    debate: DebateHead
    state: AnnotationState | None  # A visitor's layer needs none.

    @classmethod
    async def load(cls, request: Request, actor: Actor, debate: DebateHead, annotation_id: int) -> "AnnotationLayer":
        if not actor.is_signed_in:
            return cls(request, actor, debate, None)
        statement = select(
            Annotation.debate_id, Annotation.id, Annotation.author_id, Annotation.hidden_by_id,
            Annotation.withdrawn_at, Annotation.body_html,
        ).where(Annotation.debate_id == debate.id, Annotation.id == annotation_id)  # fmt: skip
        async with reading(request) as db:
            row = (await db.execute(statement)).one()
        return cls(request, actor, debate, AnnotationState(*row))

    def fillers(self) -> Fillers:
        return {"annotation_actions": self._actions, "hidden_body": self._hidden_body}

    def _actions(self, _: str) -> str:
        """Withdraw, moderate: what only some may do."""
        if self.state is None:
            return ""
        may = {
            "withdraw": can_withdraw(self.actor, self.debate, self.state),
            "moderate": can_moderate(self.actor, self.debate.id),
        }
        url = f"{self.debate.url}/annotations/{self.state.id}"
        return render_part(self.request, "annotations/_actions.html", url=url, may=may)

    def _hidden_body(self, _: str) -> str:
        if self.state is None or not can_see_text(self.actor, self.state):
            return ""
        return _hidden_body(self.state.body)
