"""The way on from a decision, and the way back to the case from which somebody came to make it elsewhere."""

from typing import Annotated, Literal, NamedTuple, Protocol
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.actor import Actor
from app.forms import FormState
from app.models import Action, Decision
from app.moderation.casework.claims import claim_next
from app.moderation.casework.filters import read_view
from app.targets import LARGEST_ID
from app.web import redirect


class GoingOn(Protocol):
    """What the forms of decisions have that can lead on in the queue."""

    @property
    def then(self) -> Literal["next"] | None: ...
    @property
    def view(self) -> str: ...


class WayBack(NamedTuple):
    """The case from which somebody came, in the queue's view that they had there; none where they came otherwise."""

    at_case: str = ""
    view: str = ""

    @property
    def query(self) -> str:
        """For addresses that carry it along."""
        return urlencode({"at_case": self.at_case, "view": self.view}) if self.at_case else ""

    @property
    def case_url(self) -> str:
        return f"/moderation/cases/{self.at_case}{'?' + self.view if self.view else ''}"

    def onto(self, url: str) -> str:
        return f"{url}{'&' if '?' in url else '?'}{self.query}" if self.at_case else url


def read_way(at_case: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None, view: str = "") -> WayBack:
    return WayBack(str(at_case), read_view(view).query) if at_case else WayBack()


CameFrom = Annotated[WayBack, Depends(read_way)]


def way_in(state: FormState) -> WayBack:
    """As the form carries it."""
    at_case = state.value("at_case")
    return WayBack(at_case, read_view(state.value("view")).query) if at_case.isdecimal() else WayBack()


async def go_on(
    request: Request, db: AsyncSession, actor: Actor, decision: Decision, form: GoingOn, at_case: int | None = None
) -> Response:
    """To the decision, or to the next case of the view, which is claimed then: the next after `at_case`, if one came
    from there."""
    if form.then is None:
        done = "dismissed" if decision.action == Action.DISMISS else "decided"
        return redirect(request, f"/decisions/{decision.id}?done={done}")
    view = read_view(form.view)
    case_id = await claim_next(db, actor, view, at_case or decision.case_id)
    if case_id is None:
        return redirect(request, f"/moderation?{view.query}&decided={decision.id}")
    return redirect(request, f"/moderation/cases/{case_id}?{view.query}&decided={decision.id}")
