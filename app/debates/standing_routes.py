"""Where a debate stands: the page, why an argument is as strong as it is, the runs, and their files."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from app.actor import Actor, CurrentActor
from app.db import Reader, Reads, reading
from app.debate_heads import see_debate
from app.debates.queries import load_sides
from app.debates.standing_files import (
    PICTURES,
    TEMPLATES,
    draw_bars,
    has_picture,
    input_rows,
    picture_rows,
    to_csv,
    to_png,
)
from app.debates.standing_page import Findings, load_findings, load_standing_page, stance_names
from app.debates.strength_page import load_further_replies, load_strength_page
from app.errors import NotFound
from app.models import Relation
from app.pages import Filler, Fillers, SharedPage
from app.permissions import can_see_results, require
from app.standing.own_place import find_own_place
from app.standing.paint import file_paint, page_paint
from app.standing.pictures import MapPicture
from app.standing.run_input import unpack
from app.standing.runs import find_run
from app.targets import LARGEST_ID, DebateHead, ItemId, Slug
from app.votes.results import sees_results
from app.web import Shared, render, render_part, render_shared

router = APIRouter()

RunNumber = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Picture = Literal["map", "uniting", "dividing", "swing"]
Format = Literal["svg", "png", "csv"]


@router.get("/debates/{slug}/standing")
async def show_standing(request: Request, actor: CurrentActor, slug: Slug) -> Response:
    debate = await see_debate(request, actor, slug)
    if not await sees_results(request, actor, debate):
        reason = can_see_results(actor, debate, has_stance=False).reason
        return render(request, actor, "standing/closed.html", status=403, debate=debate, reason=reason)

    async def load() -> dict[str, Any]:
        async with reading(request) as db:
            page = await load_standing_page(db, debate)
        return {"debate": debate, "page": page, "names": stance_names(page.sides), "paint": page_paint}

    async def personal(actor: Actor, page: SharedPage) -> Fillers:
        return {"own_place": await _own_place_filler(request, actor, debate.id, page.values("own_place"))}

    return await render_shared(
        request, actor, Shared(request.url.path, debate.version, "standing/standing.html", load, personal)
    )


@router.get("/debates/{slug}/arguments/{argument_id}/strength")
async def show_strength(
    request: Request,
    actor: CurrentActor,
    slug: Slug,
    argument_id: ItemId,
    relation: Relation | None = None,
    after: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> Response:
    """Every step of the number, or with `relation` and `after` the replies that follow on the steps' own."""
    debate = await _see_results(request, actor, slug)

    async def load() -> dict[str, Any]:
        async with reading(request) as db:
            return {"debate": debate, "page": await load_strength_page(db, debate, argument_id)}

    async def load_further() -> dict[str, Any]:
        assert relation is not None
        assert after is not None
        async with reading(request) as db:
            return {"debate": debate, "page": await load_further_replies(db, debate, argument_id, relation, after)}

    path, version = request.url.path, debate.version
    if relation and after:
        key = f"{path}?{relation}&{after}"
        shared = Shared(key, version, "standing/strength_replies.html", load_further, _nothing_personal)
    else:
        shared = Shared(path, version, "standing/strength.html", load, _nothing_personal)
    return await render_shared(request, actor, shared)


@router.get("/debates/{slug}/standing/runs/{number}")
async def show_run(request: Request, actor: CurrentActor, slug: Slug, number: RunNumber) -> Response:
    debate = await _see_results(request, actor, slug)

    async def load() -> dict[str, Any]:
        async with reading(request) as db:
            findings = await _find(db, debate, number)
        pictures = {name: words for name, words in PICTURES.items() if has_picture(findings, name)}
        return {"debate": debate, "findings": findings, "pictures": pictures}

    shared = Shared(request.url.path, debate.version, "standing/run.html", load, _nothing_personal)
    return await render_shared(request, actor, shared)


@router.get("/debates/{slug}/standing/runs/{number}/input.csv")
async def download_input(
    request: Request, reads: Reads, actor: CurrentActor, slug: Slug, number: RunNumber
) -> Response:
    """Streamed: in a large debate it has millions of lines."""
    debate = await _see_results(request, actor, slug)
    run = await find_run(reads, debate.id, number, with_input=True)
    if run is None or run.input is None:
        raise NotFound("This debate has no such run.")
    rows = input_rows(unpack(run.input), stance_names(await load_sides(reads, debate.id)))
    return StreamingResponse(to_csv(rows), media_type="text/csv", headers=_as_file("input.csv"))


@router.get("/debates/{slug}/standing/runs/{number}/result.json")
async def download_result(
    request: Request, reads: Reads, actor: CurrentActor, slug: Slug, number: RunNumber
) -> Response:
    debate = await _see_results(request, actor, slug)
    findings = await _find(reads, debate, number)
    return JSONResponse(findings.result, headers=_as_file("result.json"))


@router.get("/debates/{slug}/standing/runs/{number}/{picture}.{format}")
async def download_picture(
    request: Request, reads: Reads, actor: CurrentActor, slug: Slug, number: RunNumber, picture: Picture, format: Format
) -> Response:
    debate = await _see_results(request, actor, slug)
    findings = await _find(reads, debate, number)
    names = stance_names(await load_sides(reads, debate.id))
    if format == "csv":
        return _file("".join(to_csv(picture_rows(findings, picture, names))), "text/csv", f"{picture}.csv")
    if not has_picture(findings, picture):
        raise NotFound("There is nothing in this picture: too few people had two stances, or no claim is of that kind.")
    svg = render_part(request, TEMPLATES[picture], **_drawn(findings, picture), names=names, paint=file_paint)
    if format == "svg":
        return _file(svg, "image/svg+xml", f"{picture}.svg")
    return _file(await asyncio.to_thread(to_png, svg), "image/png", f"{picture}.png")


async def _see_results(request: Request, actor: Actor, slug: str) -> DebateHead:
    """The debate, for who is shown its results; others are told when they will be."""
    debate = await see_debate(request, actor, slug)
    if not await sees_results(request, actor, debate):
        require(can_see_results(actor, debate, has_stance=False))
    return debate


async def _find(db: Reader, debate: DebateHead, number: int) -> Findings:
    findings = await load_findings(db, debate.id, number)
    if findings is None:
        raise NotFound("This debate has no such run.")
    return findings


def _drawn(findings: Findings, picture: str) -> dict[str, Any]:
    if picture == "map":
        return {"map": findings.map, "own": False}
    if picture == "swing":
        return {"flow": findings.flow}
    return {"bars": draw_bars(findings, picture)}


def _file(body: str | bytes, media_type: str, name: str) -> Response:
    return Response(body, media_type=media_type, headers=_as_file(name))


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


async def _nothing_personal(actor: Actor, page: SharedPage) -> Fillers:
    return {}


async def _own_place_filler(request: Request, actor: Actor, debate_id: int, runs: list[int]) -> Filler:
    """The slot "own_place": where this reader stands on the map of a run that is so wide and high."""
    places: dict[str, tuple[float, float] | None] = {}
    if actor.id is not None:
        async with reading(request) as db:
            places = {str(run): await find_own_place(db, debate_id, run, actor.id) for run in runs}

    def fill(run: str, width: str, height: str) -> str:
        if (steps := places.get(run)) is None:
            return ""
        x, y = MapPicture(float(width), float(height), (), 0).place(*steps)
        return render_part(request, "standing/_own_place.html", x=x, y=y)

    return fill
