"""The personal layer of pages with annotations: what this actor may do, and hidden text for those who may see it."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from markupsafe import Markup
from sqlalchemy import case, select

from app.actor import Actor
from app.annotations.forms import BODY_MAX
from app.annotations.pointers import load_authors
from app.db import reading
from app.forms import blank_form
from app.models import Annotation, HouseRule
from app.pages import Fillers, SharedPage
from app.permissions import (
    can_edit_annotation,
    can_moderate,
    can_move_annotation,
    can_place_passage,
    can_reply_to_annotation,
    can_resolve_annotation,
    can_see_text,
    can_withdraw,
    visible_annotations,
)
from app.taken import who_still_reads
from app.targets import DebateHead
from app.web import render_part

_HIDDEN_BODY = Markup('<div class="prose"><p class="hint">{}</p>{}</div>')


async def fill_hidden_bodies(request: Request, actor: Actor, debate_id: int, page: SharedPage) -> Fillers:
    """The slots `hidden_body` of annotations that moderators have hidden. A page without any costs no statement."""
    ids = page.values("hidden_body")
    bodies: dict[int, str] = {}
    if ids and actor.is_signed_in:
        statement = select(Annotation.id, Annotation.body_html, Annotation.removed_under).where(
            Annotation.debate_id == debate_id, Annotation.id.in_(ids), visible_annotations(actor)
        )
        async with reading(request) as db:
            bodies = {row.id: _hidden_body(*row[1:]) for row in await db.execute(statement)}
    return {"hidden_body": lambda id: bodies.get(int(id), "")}


def _hidden_body(body: str, removed_under: HouseRule | None) -> str:
    return _HIDDEN_BODY.format(who_still_reads(removed_under), Markup(body))  # noqa: S704  (sanitised at write)


async def fill_place_buttons(request: Request, actor: Actor, debate: DebateHead, page: SharedPage) -> Fillers:
    """The slots `place_button` of passages whose words were changed: for those who may say where they stand."""
    ids = page.values("place_button")
    authors: dict[int, set[int]] = {}
    if ids and actor.is_signed_in:
        async with reading(request) as db:
            authors = await load_authors(db, debate.id, ids)

    def fill(id: str) -> str:
        if not can_place_passage(actor, debate, authors.get(int(id), ())):
            return ""
        return render_part(request, "essays/_place_button.html", url=f"{debate.url}/passages/{id}/place")

    return {"place_button": fill}


@dataclass(frozen=True, slots=True)
class AnnotationState:
    """What the rules look at, and the text for those who may see it while it is hidden."""

    debate_id: int
    id: int
    parent_id: int | None
    author_id: int | None
    hidden_by_id: int | None
    removed_under: HouseRule | None
    edit_asked_id: int | None
    withdrawn_at: datetime | None
    resolved_at: datetime | None
    hidden_body: str


@dataclass(frozen=True, slots=True)
class ThreadLayer:
    """Of an annotation's page: what this actor may do with it and with each of its replies."""

    request: Request
    actor: Actor
    debate: DebateHead
    states: dict[int, AnnotationState]  # A visitor's layer needs none.

    @classmethod
    async def load(cls, request: Request, actor: Actor, debate: DebateHead, shown: SharedPage) -> "ThreadLayer":
        if not actor.is_signed_in:
            return cls(request, actor, debate, {})
        statement = select(
            Annotation.debate_id, Annotation.id, Annotation.parent_id, Annotation.author_id, Annotation.hidden_by_id,
            Annotation.removed_under, Annotation.edit_asked_id,
            Annotation.withdrawn_at, Annotation.resolved_at,
            case((Annotation.hidden_by_id.is_not(None), Annotation.body_html), else_=""),
        ).where(Annotation.debate_id == debate.id, Annotation.id.in_(shown.values("annotation_actions")))  # fmt: skip
        async with reading(request) as db:
            states = [AnnotationState(*row) for row in await db.execute(statement)]
        return cls(request, actor, debate, {state.id: state for state in states})

    def fillers(self) -> Fillers:
        return {
            "annotation_actions": self._actions,
            "flag": self._flag,
            "hidden_body": self._hidden_body,
            "reply_form": self._reply_form,
        }

    def _flag(self, id: str) -> str:
        """For everybody but its author: the form asks visitors to sign in."""
        state = self.states.get(int(id))
        if state is not None and state.author_id == self.actor.id:
            return ""
        return f'<a class="button-plain sans" href="{self.debate.url}/annotations/{id}/flag">Flag</a>'

    def _actions(self, id: str) -> str:
        """Edit, resolve, withdraw, moderate: what only some may do."""
        state = self.states.get(int(id))
        if state is None:
            return ""
        may_resolve = can_resolve_annotation(self.actor, self.debate, state)
        may = {
            "resolve": may_resolve and state.resolved_at is None,
            "reopen": may_resolve and state.resolved_at is not None,
            "move": can_move_annotation(self.actor, self.debate, state),
            "edit": can_edit_annotation(self.actor, self.debate, state),
            "withdraw": can_withdraw(self.actor, self.debate, state),
            "moderate": can_moderate(self.actor, self.debate.id),
        }
        url = f"{self.debate.url}/annotations/{state.id}"
        return render_part(self.request, "annotations/_actions.html", url=url, may=may)

    def _hidden_body(self, id: str) -> str:
        state = self.states.get(int(id))
        if state is None or not can_see_text(self.actor, state):
            return ""
        return _hidden_body(state.hidden_body, state.removed_under)

    def _reply_form(self, id: str) -> str:
        """The form itself, or why there is none; a visitor's way to it leads through signing in."""
        state = self.states.get(int(id))
        permission = can_reply_to_annotation(self.actor, self.debate, state) if state else None
        return render_part(
            self.request, "annotations/_reply_here.html",
            debate=self.debate, url=f"{self.debate.url}/annotations/{id}", permission=permission,
            form=blank_form(), body_max=BODY_MAX, preview="", posted_before=None,
        )  # fmt: skip
