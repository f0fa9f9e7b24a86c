"""The application: middleware, routers, lifespan. No logic."""

import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from hashlib import sha256

from fastapi import FastAPI
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from app import site_pages
from app.accounts import account_routes, link_routes, token_routes
from app.accounts import routes as accounts
from app.actor import Actors
from app.annotations import edit_routes, listing_routes, move_routes, picker_routes, talk_routes
from app.annotations import routes as annotations
from app.annotations.protocol import routes as protocol
from app.annotations.protocol import writing_routes as protocol_writing
from app.arguments import alike_routes, concede_routes, source_routes, steelman_routes, use_routes
from app.arguments import edit_routes as wording_routes
from app.arguments import routes as arguments
from app.db import make_engine
from app.debate_heads import DebateHeads
from app.debates import feed_routes, live_routes, map_routes, standing_routes, visit_routes, vote_next_routes
from app.debates import routes as debates
from app.duties import DUTIES
from app.edge.guards import with_guards
from app.jobs import Work, worker_beside
from app.live import Live
from app.moderation import routes as moderation
from app.notifications import choice_routes
from app.notifications import routes as notifications
from app.pages import PageStore
from app.privacy import routes as privacy
from app.rate_limits import RateLimits
from app.refusals import add_refusals, answer_at_the_edge
from app.revisions import draft_routes
from app.revisions import routes as revisions
from app.search import routes as search
from app.secret import site_key
from app.settings import Settings, get_settings
from app.static_files import StaticFiles
from app.stopping import heard_before_the_server
from app.votes import credit_item_routes, credit_routes, own_routes
from app.votes import routes as votes
from app.votes.ballot_box import BallotBox
from app.web import TEMPLATES, make_environment

ROUTERS = [
    site_pages.router,
    accounts.router,
    account_routes.router,
    link_routes.router,
    token_routes.router,
    notifications.router,
    choice_routes.router,
    protocol.router,
    protocol_writing.router,
    annotations.router,
    listing_routes.router,
    picker_routes.router,
    talk_routes.router,
    edit_routes.router,
    move_routes.router,
    draft_routes.router,
    revisions.router,
    arguments.router,  # Before the debates: an argument's address would take “new” for an id.
    alike_routes.router,
    wording_routes.router,
    concede_routes.router,
    source_routes.router,
    steelman_routes.router,
    use_routes.router,
    debates.router,
    visit_routes.router,
    feed_routes.router,
    live_routes.router,
    map_routes.router,
    standing_routes.router,
    votes.router,
    own_routes.router,
    credit_routes.router,
    credit_item_routes.router,
    vote_next_routes.router,
    search.router,
    moderation.router,
    privacy.router,
]


# A request tries one route after the other, and there are more than a hundred, so these are tried first.
READ_MOST = (
    "/debates/{slug}",
    "/debates/{slug}/arguments/new",  # The next one would take “new” for an id.
    "/debates/{slug}/arguments/{argument_id}",
    "/debates/{slug}/arguments/{argument_id}/vote",
    "/debates/{slug}/essay",
)


class Site(FastAPI):
    """FastAPI with the guards around its own handling of errors, so that error pages have their headers too."""

    def build_middleware_stack(self) -> ASGIApp:
        return with_guards(super().build_middleware_stack(), self.state.settings, answer_at_the_edge)


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or get_settings()
    app = Site(
        title=settings.site_name,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan,
    )
    static_files = StaticFiles()
    app.state.settings = settings
    app.state.environment = make_environment(static_files.url, settings)
    app.state.pages = PageStore(settings.page_cache_bytes)
    app.state.build = _build_of_templates(static_files.url("site.css"))
    app.mount("/static", static_files)
    for router in ROUTERS:
        app.router.routes.extend(router.routes)  # Included routers would be searched one inside the other.
    app.router.routes.sort(key=_place_of_route)
    add_refusals(app)
    return app


def _place_of_route(route: BaseRoute) -> int:
    path = getattr(route, "path", None)
    return READ_MOST.index(path) if path in READ_MOST else len(READ_MOST)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    app.state.engine = make_engine(settings.sqlalchemy_url, settings.database_pool_size)
    app.state.reads_engine = make_engine(settings.sqlalchemy_url, settings.database_pool_size, is_autocommit=True)
    app.state.rate_limits = RateLimits(app.state.reads_engine, site_key(settings, "rate limits"))
    app.state.ballot_box = BallotBox(settings.sqlalchemy_url)
    app.state.actors = Actors(settings.sqlalchemy_url)
    app.state.debate_heads = DebateHeads(settings.sqlalchemy_url)
    app.state.live = Live(settings.sqlalchemy_listen_url)
    _calm_garbage_collector()
    try:
        async with AsyncExitStack() as beside:
            beside.enter_context(heard_before_the_server(app.state.live.end))
            if settings.run_jobs:
                await beside.enter_async_context(worker_beside(Work(app.state.engine, settings), DUTIES))
            yield
    finally:
        await app.state.live.close()
        await app.state.ballot_box.close()
        await app.state.actors.close()
        await app.state.debate_heads.close()
        await app.state.engine.dispose()
        await app.state.reads_engine.dispose()


@cache
def _calm_garbage_collector() -> None:
    """Full collections of everything that was imported made the slowest twentieth of answers four times slower."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _build_of_templates(css_url: str) -> str:
    """What a kept page depends on besides its debate: the templates and the stylesheet's address."""
    digest = sha256(css_url.encode())
    for path in sorted(TEMPLATES.rglob("*.html")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]
