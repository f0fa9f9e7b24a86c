"""Every type of page that the site has, seen by somebody to whom it shows much."""

from collections.abc import Iterator
from typing import NamedTuple

from fastapi import APIRouter
from fastapi.routing import APIRoute

from app.main import ROUTERS
from tests.e2e.site import CAMPS, DEBATE, MILL, YARD


class PageType(NamedTuple):
    """A page by its route and an address of it. `submits` names the button that is pressed to see its errors."""

    route: str
    path: str
    user: str = ""
    status: int = 200
    submits: str = ""


SELECTED = "?start=216&end=233&exact=The+yard+is+quiet"  # Of the essay on the yard.
RING = "/debates/weir/vote-rings/discount?author=author&voter=member"

PAGES = [
    PageType("/", "/"),
    PageType("/about", "/about"),
    PageType("/house-rules", "/house-rules"),
    PageType("/keys", "/keys"),
    PageType("/debates/{slug}", DEBATE),
    PageType("/debates/{slug}", YARD, "member"),
    PageType("/debates/{slug}/outline", DEBATE + "/outline"),
    PageType("/debates/{slug}/outline", YARD + "/outline"),
    PageType("/debates/{slug}/map", DEBATE + "/map"),
    PageType("/debates/{slug}/map", YARD + "/map", "member"),
    PageType("/debates/{slug}/map", YARD + "/map?at={argument}"),
    PageType("/debates/{slug}/map", YARD + "/map?at={hidden}"),
    PageType("/debates/{slug}/map", YARD + "/map?at=999999", "", 404),
    PageType("/debates/{slug}/new", YARD + "/new?since=0"),
    PageType("/debates/{slug}/new", YARD + "/new", "member"),
    PageType("/debates/{slug}/new", YARD + "/new"),
    PageType("/debates/{slug}/essay", DEBATE + "/essay"),
    PageType("/debates/{slug}/essay", YARD + "/essay", "member"),
    PageType("/debates/{slug}/essay", YARD + "/essay?kind=poem&show=unanswered"),
    PageType("/debates/{slug}/essay", YARD + "/essay?show=mine", "author"),
    PageType("/debates/{slug}/essay/contested", DEBATE + "/essay/contested"),
    PageType("/debates/{slug}/essay/contested", YARD + "/essay/contested"),
    PageType("/debates/{slug}/essay/print", DEBATE + "/essay/print"),
    PageType("/debates/{slug}/essay/print", YARD + "/essay/print?kind=question"),
    PageType("/debates/{slug}/annotations", YARD + "/annotations"),
    PageType("/debates/{slug}/annotations", DEBATE + "/annotations"),
    PageType("/debates/{slug}/annotations", YARD + "/annotations?show=mine&kind=poem&tag=a,b", "author"),
    PageType("/debates/{slug}/paragraphs/{number}", YARD + "/paragraphs/2"),
    PageType("/debates/{slug}/paragraphs/{number}/annotate", YARD + "/paragraphs/2/annotate", "member"),
    PageType("/debates/{slug}/paragraphs/{number}/annotate", YARD + "/paragraphs/2/annotate", "member", 422, "Save"),
    PageType("/debates/{slug}/paragraphs/{number}/answer", YARD + "/paragraphs/3/answer" + SELECTED, "member"),
    PageType("/debates/{slug}/passages/{passage_id}", YARD + "/passages/{passage}"),
    PageType("/debates/{slug}/annotations/{annotation_id}", YARD + "/annotations/{annotation}", "author"),
    PageType("/debates/{slug}/annotations/{annotation_id}", YARD + "/annotations/{annotation}"),
    PageType("/debates/{slug}/annotations/{annotation_id}", YARD + "/annotations/{note_reply}", "member"),
    PageType("/debates/{slug}/annotations/{annotation_id}/reply", YARD + "/annotations/{annotation}/reply", "member"),
    PageType(
        "/debates/{slug}/annotations/{annotation_id}/reply",
        YARD + "/annotations/{annotation}/reply", "member", 422, "Reply",
    ),
    PageType("/debates/{slug}/annotations/{annotation_id}/edit", YARD + "/annotations/{annotation}/edit", "author"),
    PageType("/debates/{slug}/annotations/{annotation_id}/edit", YARD + "/annotations/{note_reply}/edit", "member"),
    PageType("/debates/{slug}/annotations/{annotation_id}/move", YARD + "/annotations/{annotation}/move", "author"),
    PageType(
        "/debates/{slug}/annotations/{annotation_id}/move",
        YARD + "/annotations/{annotation}/move?paragraph=2", "author", 422, "Move it to these words",
    ),
    PageType("/debates/{slug}/annotations/{annotation_id}/history", YARD + "/annotations/{annotation}/history"),
    PageType("/debates/{slug}/arguments/{argument_id}", YARD + "/arguments/{argument}"),
    PageType("/debates/{slug}/arguments/{argument_id}", YARD + "/arguments/{argument}", "author"),
    PageType("/debates/{slug}/arguments/{argument_id}", YARD + "/arguments/{reply}", "keeper"),
    PageType("/debates/{slug}/arguments/{argument_id}", YARD + "/arguments/{reply}", "author"),
    PageType("/debates/{slug}/arguments/{argument_id}", YARD + "/arguments/{reply}", "member"),
    PageType("/debates/{slug}/arguments/{argument_id}", YARD + "/arguments/{hidden}"),
    PageType("/debates/{slug}/arguments/{argument_id}", YARD + "/arguments/{hidden}", "author"),
    PageType("/debates/{slug}/arguments/{argument_id}", YARD + "/arguments/{withdrawn}"),
    PageType("/debates/{slug}/arguments/{argument_id}/path", YARD + "/arguments/{reply}/path"),
    PageType("/debates/{slug}/arguments/{argument_id}/path", YARD + "/arguments/{argument}/path"),
    PageType("/debates/{slug}/arguments/new", YARD + "/arguments/new?position=park", "member"),
    PageType("/debates/{slug}/arguments/new", YARD + "/arguments/new", "member", 422, "Post argument"),
    PageType("/debates/{slug}/arguments/{argument_id}/reply", YARD + "/arguments/{argument}/reply", "member"),
    PageType(
        "/debates/{slug}/arguments/{argument_id}/reply",
        YARD + "/arguments/{argument}/reply?passage={passage}", "member", 422, "Post reply",
    ),
    PageType("/debates/{slug}/sources", YARD + "/sources"),
    PageType("/debates/{slug}/sources", MILL + "/sources"),
    PageType("/debates/{slug}/sources", YARD + "/sources?q=nothing"),
    PageType("/debates/{slug}/sources/{source_id}", YARD + "/sources/{source}"),
    PageType("/debates/{slug}/arguments/{argument_id}/sources", YARD + "/arguments/{argument}/sources", "author"),
    PageType("/debates/{slug}/arguments/{argument_id}/sources", YARD + "/arguments/{reply}/sources", "member"),
    PageType(
        "/debates/{slug}/arguments/{argument_id}/sources",
        YARD + "/arguments/{argument}/sources", "author", 422, "Add the source",
    ),
    PageType("/debates/{slug}/arguments/{argument_id}/edit", YARD + "/arguments/{argument}/edit", "author"),
    PageType("/debates/{slug}/arguments/{argument_id}/edit", YARD + "/arguments/{reply}/edit", "member"),
    PageType("/debates/{slug}/arguments/{argument_id}/withdraw", YARD + "/arguments/{argument}/withdraw", "author"),
    PageType("/debates/{slug}/arguments/{argument_id}/history", YARD + "/arguments/{argument}/history"),
    PageType("/debates/{slug}/arguments/{argument_id}/strength", YARD + "/arguments/{argument}/strength"),
    PageType("/debates/{slug}/standing", YARD + "/standing"),
    PageType("/debates/{slug}/standing", CAMPS + "/standing", "member"),
    PageType("/debates/{slug}/standing/runs/{number}", CAMPS + "/standing/runs/1"),
    PageType("/debates/{slug}/arguments/{argument_id}/concede", YARD + "/arguments/{argument}/concede", "author"),
    PageType("/debates/{slug}/arguments/{argument_id}/concede", YARD + "/arguments/{reply}/concede", "member"),
    PageType("/debates/{slug}/arguments/{argument_id}/history", YARD + "/arguments/{reply}/history"),
    PageType("/debates/{slug}/arguments/{argument_id}/credit", YARD + "/arguments/{argument}/credit", "member"),
    PageType(
        "/debates/{slug}/arguments/{argument_id}/credit",
        YARD + "/arguments/{argument}/credit", "keeper", 422, "Give credit",
    ),
    PageType("/debates/{slug}/arguments/{argument_id}/credits", YARD + "/arguments/{argument}/credits"),
    PageType("/debates/{slug}/credits/{credit_id}", YARD + "/credits/{credit}", "author"),
    PageType("/debates/{slug}/credits/{credit_id}", YARD + "/credits/{hidden_credit}"),
    PageType("/debates/{slug}/credits/{credit_id}/history", YARD + "/credits/{credit}/history"),
    PageType("/debates/{slug}/vote-next", YARD + "/vote-next", "member"),
    PageType("/debates/{slug}/vote-next", YARD + "/vote-next?last={reply}", "author"),
    PageType("/debates/{slug}/vote-next", CAMPS + "/vote-next", "member"),
    PageType("/debates/{slug}/essay/edit", MILL + "/essay/edit", "host"),
    PageType("/debates/{slug}/essay/edit", CAMPS + "/essay/edit", "host", 422, "Save and see"),
    PageType("/debates/{slug}/essay/draft", MILL + "/essay/draft", "host"),
    PageType("/debates/{slug}/essay/draft/passages/{passage_id}", MILL + "/essay/draft/passages/{lost}", "host"),
    PageType(
        "/debates/{slug}/essay/draft/passages/{passage_id}",
        MILL + "/essay/draft/passages/{lost}", "host", 422, "They stand on these words",
    ),
    PageType("/debates/{slug}/essay/revisions", MILL + "/essay/revisions", "host"),
    PageType("/debates/{slug}/essay/revisions", CAMPS + "/essay/revisions"),
    PageType("/debates/{slug}/essay/revisions/{number}", MILL + "/essay/revisions/1"),
    PageType("/debates/{slug}/essay/revisions/{number}", MILL + "/essay/revisions/2"),
    PageType("/debates/{slug}/essay/revisions/{number}/changes", MILL + "/essay/revisions/2/changes"),
    PageType("/debates/{slug}/essay/orphans", MILL + "/essay/orphans"),
    PageType("/debates/{slug}/essay/orphans", CAMPS + "/essay/orphans"),
    PageType("/debates/{slug}/passages/{passage_id}", MILL + "/passages/{lost}"),
    PageType("/debates/{slug}/passages/{passage_id}/place", MILL + "/passages/{lost}/place", "author"),
    PageType(
        "/debates/{slug}/passages/{passage_id}/place",
        MILL + "/passages/{lost}/place", "author", 422, "They stand on these words",
    ),
    PageType("/people/{username}", "/people/author"),
    PageType("/people/{username}", "/people/newcomer", "keeper"),
    PageType("/sign-up", "/sign-up"),
    PageType("/sign-up", "/sign-up", "", 422, "Sign up"),
    PageType("/sign-in", "/sign-in"),
    PageType("/sign-in", "/sign-in", "", 422, "Sign in"),
    PageType("/account", "/account", "member"),
    PageType("/account", "/account", "member", 422, "Change the password"),
    PageType("/account/tokens", "/account/tokens", "member"),
    PageType("/account/tokens", "/account/tokens", "member", 422, "Make the token"),
    PageType("/account/votes", "/account/votes", "member"),
    PageType("/account/votes", "/account/votes", "keeper"),
    PageType("/forgot-password", "/forgot-password"),
    PageType("/reset-password/{token}", "/reset-password/gone", "", 404),
    PageType("/reset-password/{token}", "/reset-password/{reset}"),
    PageType("/verify-email/{token}", "/verify-email/{verify}"),
    PageType("/become-administrator/{token}", "/become-administrator/{become}"),
    PageType("/notifications/settings", "/notifications/settings", "author"),
    PageType("/notifications/settings", "/notifications/settings", "keeper"),
    PageType("/unsubscribe/{token}", "/unsubscribe/gone", "", 404),
    PageType("/notifications", "/notifications", "author"),
    PageType("/notifications", "/notifications", "keeper"),
    PageType("/debates/{slug}/{kind}/{item_id}/flag", YARD + "/arguments/{argument}/flag", "member"),
    PageType("/debates/{slug}/{kind}/{item_id}/flag", YARD + "/annotations/{annotation}/flag", "member", 422, "Send"),
    PageType("/debates/{slug}/{kind}/{item_id}/moderate", YARD + "/arguments/{argument}/moderate", "keeper"),
    PageType("/debates/{slug}/arguments/{argument_id}/lock", YARD + "/arguments/{argument}/lock", "keeper"),
    PageType("/debates/{slug}/arguments/{argument_id}/move", YARD + "/arguments/{reply}/move?q=yard", "keeper"),
    PageType("/debates/{slug}/arguments/{argument_id}/move", YARD + "/arguments/{reply}/move?to={withdrawn}", "keeper"),
    PageType(
        "/debates/{slug}/arguments/{argument_id}/move",
        YARD + "/arguments/{reply}/move?to={withdrawn}", "keeper", 422, "Move it",
    ),
    PageType("/debates/{slug}/arguments/{argument_id}/merge", YARD + "/arguments/{reply}/merge?q=yard", "keeper"),
    PageType("/debates/{slug}/arguments/{argument_id}/merge", YARD + "/arguments/{reply}/merge", "keeper"),
    PageType(
        "/debates/{slug}/arguments/{argument_id}/merge",
        YARD + "/arguments/{reply}/merge?into={argument}", "keeper", 422, "Merge them",
    ),
    PageType("/debates/{slug}/arguments/{argument_id}/split", YARD + "/arguments/{argument}/split", "keeper"),
    PageType(
        "/debates/{slug}/arguments/{argument_id}/split",
        YARD + "/arguments/{argument}/split", "keeper", 422, "Split it",
    ),
    PageType("/debates/{slug}/arguments/{argument_id}", YARD + "/arguments/{split}", "keeper"),
    PageType("/debates/{slug}/arguments/{argument_id}", YARD + "/arguments/{part}"),
    PageType("/debates/{slug}/arguments/{argument_id}/history", YARD + "/arguments/{part}/history"),
    PageType("/decisions/{decision_id}", "/decisions/{split_decision}", "keeper"),
    PageType("/decisions/{decision_id}/undo", "/decisions/{split_decision}/undo", "keeper"),
    PageType("/debates/{slug}/arguments/{argument_id}/use", YARD + "/arguments/{argument}/use?q=yard", "member"),
    PageType("/debates/{slug}/arguments/{argument_id}/use", YARD + "/arguments/{other}/use", "host"),
    PageType(
        "/debates/{slug}/arguments/{argument_id}/use",
        YARD + "/arguments/{argument}/use?argument={other}", "member", 422, "Use it here",
    ),
    PageType("/debates/{slug}/arguments/{argument_id}", YARD + "/arguments/{linked}", "keeper"),
    PageType("/debates/{slug}/vote-rings", "/debates/weir/vote-rings", "keeper"),
    PageType("/debates/{slug}/vote-rings", YARD + "/vote-rings", "keeper"),
    PageType("/debates/{slug}/vote-rings/discount", RING, "keeper"),
    PageType("/debates/{slug}/vote-rings/discount", RING, "keeper", 422, "Discount these votes"),
    PageType("/debates/{slug}/vote-rings/discount", YARD + "/vote-rings/discount?voter=ghost", "keeper", 422),
    PageType("/moderation", "/moderation", "keeper"),
    PageType("/moderation", "/moderation?order=weightiest&holder=free&select=all&show=many", "keeper"),
    PageType("/moderation/bulk", "/moderation/bulk?action=hide&case={case}-1&case={closed_case}-1", "keeper"),
    PageType("/moderation/bulk", "/moderation/bulk?action=dismiss", "keeper"),
    PageType(
        "/moderation/bulk", "/moderation/bulk?action=hide&case={case}-1&case={closed_case}-1", "keeper", 422, "Hide 1"
    ),
    PageType("/debates/{slug}/reasons", YARD + "/reasons", "keeper"),
    PageType("/debates/{slug}/reasons", YARD + "/reasons", "keeper", 422, "Add it"),
    PageType("/debates/{slug}/arguments/{argument_id}/marks", YARD + "/arguments/{argument}/marks", "member"),
    PageType("/debates/{slug}/arguments/{argument_id}/marks", YARD + "/arguments/{argument}/marks", "author"),
    PageType(
        "/debates/{slug}/arguments/{argument_id}/marks", YARD + "/arguments/{argument}/marks", "member", 422, "Mark it"
    ),
    PageType("/moderation/waiting", "/moderation/waiting", "keeper"),
    PageType("/moderation/prevention", "/moderation/prevention", "keeper"),
    PageType("/moderation/prevention", "/moderation/prevention", "keeper", 422, "Watch it"),
    PageType("/debates/{slug}/prevention", YARD + "/prevention", "keeper"),
    PageType("/debates/{slug}/prevention", MILL + "/prevention", "host"),
    PageType("/debates/{slug}/waiting/{post_id}", YARD + "/waiting/{waiting}", "host"),
    PageType("/debates/{slug}/waiting/{post_id}", YARD + "/waiting/{waiting}", "keeper"),
    PageType(
        "/debates/{slug}/waiting/{post_id}", YARD + "/waiting/{waiting}", "keeper", 422, "Do not let it stand",
    ),
    PageType("/debates/{slug}/waiting/{post_id}/edit", YARD + "/waiting/{waiting}/edit", "host"),
    PageType("/account/waiting", "/account/waiting", "host"),
    PageType("/account/invitations", "/account/invitations", "member"),
    PageType("/moderation/activity", "/moderation/activity", "keeper"),
    PageType("/debates/{slug}/moderators", YARD + "/moderators"),
    PageType("/debates/{slug}/moderators", MILL + "/moderators", "host"),
    PageType("/debates/{slug}/moderators", MILL + "/moderators", "host", 422, "Invite"),
    PageType("/debates/{slug}/moderators", MILL + "/moderators", "member"),
    PageType("/account/waiting", "/account/waiting", "member"),
    PageType("/moderation/cases/{case_id}", "/moderation/cases/{case}", "keeper"),
    PageType("/moderation/cases/{case_id}", "/moderation/cases/{case}", "keeper", 422, "Decide"),
    PageType("/moderation/cases/{case_id}", "/moderation/cases/{closed_case}", "keeper"),
    PageType("/decisions/{decision_id}", "/decisions/{decision}", "author"),
    PageType("/decisions/{decision_id}/undo", "/decisions/{decision}/undo", "keeper"),
    PageType("/debates/{slug}/measures", YARD + "/measures", "keeper"),
    PageType("/debates/{slug}/measures", YARD + "/measures", "keeper", 422, "Decide"),
    PageType("/debates/{slug}/arguments/{argument_id}/slow", YARD + "/arguments/{argument}/slow", "keeper"),
    PageType(
        "/debates/{slug}/arguments/{argument_id}/slow", YARD + "/arguments/{argument}/slow", "keeper", 422, "Slow the",
    ),
    PageType("/debates/{slug}/people/{username}/measures", YARD + "/people/author/measures", "keeper"),
    PageType("/debates/{slug}/people/{username}/measures", YARD + "/people/author/measures", "keeper", 422, "Decide"),
    PageType("/moderation/proposals", "/moderation/proposals", "deputy"),
    PageType("/moderation/proposals/{proposal_id}", "/moderation/proposals/{proposal}", "keeper"),
    PageType("/moderation/proposals/{proposal_id}", "/moderation/proposals/{proposal}", "deputy"),
    PageType("/decisions/{decision_id}", "/decisions/{warning}", "member"),
    PageType("/decisions/{decision_id}/appeal", "/decisions/{unappealed}/appeal", "author"),
    PageType("/decisions/{decision_id}/appeal", "/decisions/{unappealed}/appeal", "author", 422, "Send the appeal"),
    PageType("/decisions/{decision_id}/appeal", "/decisions/{decision}/appeal", "author"),
    PageType("/decisions/{decision_id}/appeal", "/decisions/{decision}/appeal", "member"),
    PageType("/moderation/appeals", "/moderation/appeals", "keeper"),
    PageType("/moderation/appeals", "/moderation/appeals", "host"),
    PageType("/moderation/appeals/{appeal_id}", "/moderation/appeals/{appeal}", "keeper"),
    PageType("/moderation/appeals/{appeal_id}", "/moderation/appeals/{appeal}", "deputy"),
    PageType("/moderation/appeals/{appeal_id}", "/moderation/appeals/{appeal}", "deputy", 422, "Answer the appeal"),
    PageType("/account/decisions", "/account/decisions", "author"),
    PageType("/account/decisions", "/account/decisions", "host"),
    PageType("/people/{username}/restrict", "/people/author/restrict", "keeper"),
    PageType("/people/{username}/restrict", "/people/author/restrict", "keeper", 422, "Decide"),
    PageType("/people/{username}/restrict", "/people/newcomer/restrict", "keeper"),
    PageType("/search", "/search"),
    PageType("/search", "/search?q=yard&kind=poem", "member"),
    PageType("/search", "/search?q=yrad&debate=yard"),
    PageType("/search", "/search?q=nothing-of-the-kind"),
    PageType("/log", "/log"),
    PageType("/debates/{slug}/log", YARD + "/log"),
    PageType("/log", "/log?rule=civil&since=2020-01-01&moderator=Nobody"),
    PageType("/log/head", "/log/head"),
    PageType("/log/{number}/report", "/log/1/report"),
    PageType("/log/{number}/report", "/log/1/report", "member", 422, "Send the report"),
    PageType("/log/reports", "/log/reports", "keeper"),
    PageType("/privacy", "/privacy"),
    PageType("/transparency", "/transparency"),
    PageType("/debates/{slug}/transparency", YARD + "/transparency"),
    PageType("/debates/{slug}/transparency", DEBATE + "/transparency"),
    PageType("/account/erase", "/account/erase", "member"),
    PageType("/account/erase", "/account/erase", "member", 422, "Erase me now"),
    PageType("no route", "/nowhere", "", 404),
    PageType("no right", "/moderation", "member", 403),
]  # fmt: skip
# Answers that no person reads in a browser.
NOT_PAGES = {
    "/debates/{slug}/alike-claims",
    "/debates/{slug}/arguments.atom", "/debates/{slug}/arguments/{argument_id}/replies.atom",
    "/people/{username}/writings.atom", "/debates/{slug}/live", "/debates/{slug}/arguments/{argument_id}/live",
    "/moderation/claims", "/moderation/cases/{case_id}/claim",
    "/health", "/metrics", "/robots.txt", "/account/votes.{format}", "/log.{format}", "/debates/{slug}/log.{format}",
    "/debates/{slug}/annotations/", "/debates/{slug}/annotations.atom", "/debates/{slug}/annotations.jsonld",
    "/debates/{slug}/standing/runs/{number}/{picture}.{format}", "/debates/{slug}/standing/runs/{number}/input.csv",
    "/debates/{slug}/standing/runs/{number}/result.json", "/debates/{slug}/map.{format}",
    "/transparency.csv", "/debates/{slug}/transparency.csv",
    "/log/head.json", "/log/heads.atom", "/account/export.json",
}  # fmt: skip


def page_routes() -> set[str]:
    """The paths of all GET routes that answer with a page."""
    return {route.path for route in get_routes()} - NOT_PAGES


def get_routes() -> list[APIRoute]:
    return [route for router in ROUTERS for route in _routes(router) if "GET" in route.methods]


def _routes(router: APIRouter) -> Iterator[APIRoute]:
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        else:  # A router in a router.
            yield from _routes(route.original_router)
