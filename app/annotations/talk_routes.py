"""What becomes of an annotation: withdrawing."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.actor import CurrentActor
from app.annotations.commands import withdraw_annotation
from app.db import Db
from app.permissions import can_withdraw, require
from app.targets import ItemId, Slug, find_annotation, find_debate
from app.web import redirect

router = APIRouter()


@router.post("/debates/{slug}/annotations/{annotation_id}/withdraw")
async def withdraw(request: Request, db: Db, actor: CurrentActor, slug: Slug, annotation_id: ItemId) -> Response:
    debate = await find_debate(db, actor, slug)
    annotation = await find_annotation(db, debate, annotation_id)
    require(can_withdraw(actor, debate, annotation))
    await withdraw_annotation(db, annotation)
    return redirect(request, f"{debate.url}/annotations/{annotation_id}?done=withdrawn")
