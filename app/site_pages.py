"""Pages that belong to no debate: about, house rules, health."""

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from starlette.responses import JSONResponse, PlainTextResponse, Response

from app.actor import CurrentActor
from app.errors import NotFound
from app.web import render

router = APIRouter()


@router.get("/about")
async def show_about(request: Request, actor: CurrentActor) -> Response:
    return render(request, actor, "site/about.html")


@router.get("/house-rules")
async def show_house_rules(request: Request, actor: CurrentActor) -> Response:
    return render(request, actor, "site/house_rules.html")


@router.get("/keys")
async def show_keys(request: Request, actor: CurrentActor) -> Response:
    return render(request, actor, "site/keys.html")


@router.get("/health")
async def show_health(request: Request) -> Response:
    """For proxies and supervisors: 200 while pages can be served, 503 while the database does not answer."""
    try:
        async with request.app.state.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except Exception:
        return JSONResponse({"database": "does not answer"}, status_code=503)
    return JSONResponse({"database": "answers"})


@router.get("/metrics")
async def show_metrics(request: Request) -> Response:
    """Counts and durations for Prometheus, where the host has switched them on."""
    if not request.app.state.settings.metrics:
        raise NotFound
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@router.get("/robots.txt")
async def show_robots() -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /sign-in\nDisallow: /sign-up\nDisallow: /moderation\n")
