"""Notes between moderators on a case, and handing it on."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actor import CurrentActor
from app.db import Db
from app.errors import Invalid
from app.forms import parse_form
from app.moderation.casework.filters import read_view
from app.moderation.casework.notes import NoteForm, add_note
from app.moderation.people.subjects import find_subject
from app.moderation.queries import find_case
from app.permissions import can_note, require
from app.targets import ItemId
from app.web import redirect

router = APIRouter()


@router.post("/moderation/cases/{case_id}/notes")
async def post_note(request: Request, db: Db, actor: CurrentActor, case_id: ItemId) -> Response:
    case, _ = await find_case(db, actor, case_id)
    subject = await find_subject(db, actor, case_id)
    require(can_note(actor, subject, subject.author))
    form, state = await parse_form(request, NoteForm)
    if form is None:
        raise Invalid(" ".join(state.errors.values()))
    await add_note(db, actor, case.id, case.debate_id, form)
    return redirect(request, f"/moderation/cases/{case.id}?{read_view(state.value('view')).query}&done=noted")
