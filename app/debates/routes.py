"""The pages on which a debate is read: list, front page, argument, outline, person."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.actor import Actor, CurrentActor
from app.arguments.replies import REPLIES_SHOWN
from app.arguments.sorting import MIXES, Sort, mix_for, offered_sorts, sort_for
from app.db import Reads, reading
from app.debate_heads import see_debate
from app.debates.outline import load_outline
from app.debates.people import load_person_page
from app.debates.personal import ArgumentLayer, fill_news
from app.debates.queries import load_argument_page, load_debates, load_front_page, load_path_page
from app.debates.visits import fill_new, load_news
from app.models import Relation
from app.moderation.sanction_queries import load_in_force
from app.notifications.told_slot import fill_told, load_choice
from app.pages import Fillers, SharedPage
from app.permissions import can_sanction
from app.standing.runs import find_brief
from app.targets import LARGEST_ID, ItemId, Slug
from app.votes.credit_layer import CreditLayer
from app.votes.queries import fill_stance_button, fill_stance_withdrawal, fill_votes, load_own_stance
from app.votes.results import sees_results
from app.web import Shared, render, render_shared

router = APIRouter()

MOST_PAGES = 1_000_000  # Of replies: more than there are people to write them.
LATEST_MIX = date.max.toordinal() * MIXES + MIXES - 1

ScoreKeyset = Annotated[str | None, Query(pattern=r"^(?:\d{1,18}\.\d{1,20}|\d(?:\.\d{1,20})?e-?\d{1,3}):\d{1,18}$")]
PlaceKeyset = Annotated[str | None, Query(pattern=r"^[1-5]:\d{1,18}$")]


@router.get("/")
async def show_debates(
    request: Request,
    reads: Reads,
    actor: CurrentActor,
    before: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> Response:
    debates, more_before = await load_debates(reads, actor, before)
    return render(request, actor, "debates/debates.html", debates=debates, more_before=more_before)


@router.get("/debates/{slug}")
async def show_debate(request: Request, actor: CurrentActor, slug: Slug) -> Response:
    debate = await see_debate(request, actor, slug)
    results = await sees_results(request, actor, debate)
    mix = _own_mix(request, actor, sort_for(None, results=results))

    async def load() -> dict[str, Any]:
        async with reading(request) as db:
            page = await load_front_page(db, debate, by_score=results, mix=mix)
            brief = await find_brief(db, debate.id) if results else None
        return {"debate": debate, "page": page, "brief": brief, "results": results}

    async def personal(actor: Actor, page: SharedPage) -> Fillers:
        async with reading(request) as db:
            own_stance = await load_own_stance(db, actor, debate.id)
            news = await load_news(db, actor, debate.id)
            return {
                **await fill_votes(db, actor, debate, page),
                "news": fill_news(request, actor, debate, news),
                "new": fill_new(actor, news.since_id if news else None),
                "told": fill_told(request, debate.url, await load_choice(db, actor, debate)),
                "stance_button": fill_stance_button(own_stance),
                "stance_withdrawal": fill_stance_withdrawal(own_stance),
            }

    key = _key(f"{request.url.path}?{mix}", results)
    shared = Shared(key, debate.version, "debates/debate.html", load, personal)
    return await render_shared(request, actor, shared)


@router.get("/debates/{slug}/arguments/{argument_id}")
async def show_argument(
    request: Request,
    actor: CurrentActor,
    slug: Slug,
    argument_id: ItemId,
    relation: Relation | None = None,
    after: ScoreKeyset = None,
    sort: Sort | None = None,
    mix: Annotated[int | None, Query(ge=0, le=LATEST_MIX)] = None,
    page: Annotated[int | None, Query(ge=2, le=MOST_PAGES)] = None,
) -> Response:
    """All replies by relation, or with `relation` and `after` the following ones of one relation, in the same `mix`;
    `page` says the how many-th page they are on the way from the first."""
    debate = await see_debate(request, actor, slug)
    relations = [relation] if relation else list(Relation)
    results = await sees_results(request, actor, debate)
    chosen = sort_for(sort, results=results)
    passed = (page - 1) * REPLIES_SHOWN if page and after else None
    mixed = mix if mix is not None and after else _own_mix(request, actor, chosen)

    async def load() -> dict[str, Any]:
        place = _score_keyset(after)
        async with reading(request) as db:
            loaded = await load_argument_page(db, debate, argument_id, relations, place, chosen, mixed)
        sorts = offered_sorts(results=results)
        shown = {"is_continued": after is not None, "results": results, "sort": chosen, "sorts": sorts, "mix": mixed}
        return {"debate": debate, "page": loaded, "passed": passed, **shown}

    async def personal(actor: Actor, page: SharedPage) -> Fillers:
        async with reading(request) as db:
            layer = await ArgumentLayer.load(db, request, actor, debate, argument_id)
            credits = await CreditLayer.load(db, request, actor, debate, page)
            return {**await fill_votes(db, actor, debate, page), **layer.fillers(), **credits.fillers()}

    key = _key(f"{request.url.path}?{relation or ''}&{after or ''}&{chosen}&{mixed}&{passed or ''}", results)
    return await render_shared(request, actor, Shared(key, debate.version, "debates/argument.html", load, personal))


@router.get("/debates/{slug}/arguments/{argument_id}/path")
async def show_path(request: Request, actor: CurrentActor, slug: Slug, argument_id: ItemId) -> Response:
    debate = await see_debate(request, actor, slug)

    async def load() -> dict[str, Any]:
        async with reading(request) as db:
            return {"debate": debate, "page": await load_path_page(db, debate, argument_id)}

    shared = Shared(request.url.path, debate.version, "debates/path.html", load, _nothing_personal)
    return await render_shared(request, actor, shared)


@router.get("/debates/{slug}/outline")
async def show_outline(request: Request, actor: CurrentActor, slug: Slug, after: PlaceKeyset = None) -> Response:
    debate = await see_debate(request, actor, slug)
    results = await sees_results(request, actor, debate)

    async def load() -> dict[str, Any]:
        place = tuple(map(int, after.split(":"))) if after else None
        async with reading(request) as db:
            page = await load_outline(db, debate.id, place, by_score=results)  # type: ignore[arg-type]
        return {"debate": debate, "page": page}

    key = _key(f"{request.url.path}?{after or ''}", results)
    shared = Shared(key, debate.version, "debates/outline.html", load, _nothing_personal)
    return await render_shared(request, actor, shared)


@router.get("/people/{username}")
async def show_person(
    request: Request, reads: Reads, actor: CurrentActor, username: str, before: datetime | None = None
) -> Response:
    page = await load_person_page(reads, actor, username, before)
    may_sanction = can_sanction(actor, page)
    restrictions = await load_in_force(reads, page.id) if may_sanction or actor.id == page.id else ()
    return render(
        request, actor, "debates/person.html", page=page, may_sanction=may_sanction, restrictions=restrictions
    )


async def _nothing_personal(actor: Actor, page: SharedPage) -> Fillers:
    return {}


def _own_mix(request: Request, actor: Actor, sort: Sort) -> int:
    return mix_for(sort, _reader(request, actor), datetime.now(UTC).date())


def _reader(request: Request, actor: Actor) -> str:
    """Who reads, as far as the mix of equals needs it: a member, or a visitor's network address."""
    return f"member {actor.id}" if actor.is_signed_in else request.client.host if request.client else ""


def _key(address: str, results: bool) -> str:
    """What a page is kept under: one that shows results apart from one that hides them."""
    return address if results else f"{address} without results"


def _score_keyset(after: str | None) -> tuple[float, int] | None:
    if after is None:
        return None
    score, _, id_ = after.partition(":")
    return float(score), int(id_)
