"""Every address of the application has its rule: a route without a row here fails."""

import inspect
import re
import sys
from collections.abc import Iterator

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from app import permissions
from app.main import ROUTERS

PUBLIC = "PUBLIC"  # Shown to everyone alike, or to everyone what is theirs.
SAFE = ("GET", "OPTIONS")
# The rules by which an address is found at all (404 where they refuse) stand beside the one that is required (403).
FIND_DEBATE = "can_see_debate"
FINDERS = {
    FIND_DEBATE: (
        "see_debate(",
        "see_votable(",
        "find_debate(",
        "find_locked_argument(",
        "find_decision(",
        "find_essay(",
    )
}

ROUTES = {
    "GET /": PUBLIC,
    "GET /about": PUBLIC,
    "GET /house-rules": PUBLIC,
    "GET /keys": PUBLIC,
    "GET /health": PUBLIC,
    "GET /metrics": PUBLIC,
    "GET /robots.txt": PUBLIC,
    "GET /sign-up": PUBLIC,
    "POST /sign-up": "can_come_and_go",
    "GET /sign-in": PUBLIC,
    "POST /sign-in": "can_come_and_go",
    "POST /sign-out": "can_come_and_go",
    "GET /forgot-password": PUBLIC,
    "POST /forgot-password": "can_come_and_go",
    "GET /reset-password/{token}": PUBLIC,
    "POST /reset-password/{token}": "can_come_and_go",
    "GET /verify-email/{token}": PUBLIC,
    "POST /verify-email/{token}": "can_come_and_go",
    "GET /become-administrator/{token}": PUBLIC,
    "POST /become-administrator/{token}": "can_come_and_go",
    "GET /account": "can_manage_own_account",
    "POST /account/display-name": "can_change_name",
    "POST /account/email": "can_manage_own_account",
    "POST /account/password": "can_manage_own_account",
    "POST /account/sessions/{session_id}/end": "can_manage_own_account",
    "POST /account/sessions/end-others": "can_manage_own_account",
    "GET /account/tokens": "can_manage_own_account",
    "POST /account/tokens": "can_manage_own_account",
    "POST /account/tokens/{token_id}/revoke": "can_manage_own_account",
    "GET /account/votes": "can_manage_own_account",
    "GET /account/votes.{format}": "can_manage_own_account",
    "GET /account/export.json": "can_manage_own_account",
    "GET /account/erase": "can_manage_own_account",
    "POST /account/erase": "can_manage_own_account",
    "GET /privacy": PUBLIC,
    "GET /account/invitations": "can_manage_own_account",
    "GET /moderation/activity": "can_see_queue",
    "GET /moderation/practice": "can_practise",
    "GET /moderation/practice/next": "can_practise",
    "GET /moderation/practice/{key}": "can_practise",
    "POST /moderation/practice/{key}/answer": "can_practise",
    "GET /moderation/known-cases": "can_practise",
    "GET /moderation/cases/{case_id}/known": "can_practise",
    "POST /moderation/cases/{case_id}/known": "can_moderate",
    "POST /moderation/cases/{case_id}/known/remove": "can_moderate",
    "GET /debates/{slug}/moderators/activity": "can_moderate",
    "GET /debates/{slug}/moderators": FIND_DEBATE,
    "POST /debates/{slug}/moderators/invitations": "can_invite_moderators",
    "POST /debates/{slug}/moderators/invitations/{invitation_id}/take-back": "can_invite_moderators",
    "POST /debates/{slug}/moderators/accept": "can_answer_invitation",
    "POST /debates/{slug}/moderators/decline": "can_answer_invitation",
    "POST /debates/{slug}/moderators/step-down": "can_step_down",
    "GET /account/waiting": "can_manage_own_account",
    "GET /notifications": "can_manage_own_account",
    "GET /notifications/settings": "can_manage_own_account",
    "POST /notifications/settings": "can_manage_own_account",
    "POST /debates/{slug}/follow": "can_manage_own_account",
    "POST /debates/{slug}/arguments/{argument_id}/follow": "can_manage_own_account",
    "GET /unsubscribe/{token}": PUBLIC,
    "POST /unsubscribe/{token}": "can_come_and_go",
    "POST /notifications/read": "can_manage_own_account",
    "POST /notifications/{notification_id}/open": "can_manage_own_account",
    "GET /debates/{slug}": FIND_DEBATE,
    "GET /debates/{slug}/outline": FIND_DEBATE,
    "GET /debates/{slug}/arguments/{argument_id}/path": FIND_DEBATE,
    "GET /debates/{slug}/arguments.atom": FIND_DEBATE,
    "GET /debates/{slug}/live": FIND_DEBATE,
    "GET /debates/{slug}/arguments/{argument_id}/live": FIND_DEBATE,
    "GET /debates/{slug}/arguments/{argument_id}/replies.atom": FIND_DEBATE,
    "GET /people/{username}/writings.atom": PUBLIC,
    "GET /debates/{slug}/map": FIND_DEBATE,
    "GET /debates/{slug}/new": FIND_DEBATE,
    "POST /debates/{slug}/seen": "can_manage_own_account",
    "GET /debates/{slug}/map.{format}": FIND_DEBATE,
    "GET /debates/{slug}/standing": "can_see_results",
    "GET /debates/{slug}/standing/runs/{number}": "can_see_results",
    "GET /debates/{slug}/standing/runs/{number}/{picture}.{format}": "can_see_results",
    "GET /debates/{slug}/standing/runs/{number}/input.csv": "can_see_results",
    "GET /debates/{slug}/standing/runs/{number}/result.json": "can_see_results",
    "GET /debates/{slug}/arguments/{argument_id}/strength": "can_see_results",
    "GET /debates/{slug}/arguments/{argument_id}": FIND_DEBATE,
    "GET /debates/{slug}/arguments/new": "can_argue",
    "GET /debates/{slug}/sources": FIND_DEBATE,
    "GET /debates/{slug}/sources/{source_id}": FIND_DEBATE,
    "GET /debates/{slug}/arguments/{argument_id}/sources": "can_edit_argument",
    "POST /debates/{slug}/arguments/{argument_id}/sources": "can_edit_argument",
    "POST /debates/{slug}/arguments/{argument_id}/sources/{source_id}/remove": "can_edit_argument",
    "GET /debates/{slug}/alike-claims": "can_argue",
    "POST /debates/{slug}/arguments": "can_argue",
    "GET /debates/{slug}/arguments/{argument_id}/reply": "can_reply",
    "POST /debates/{slug}/arguments/{argument_id}/replies": "can_reply",
    "GET /debates/{slug}/arguments/{argument_id}/use": "can_reply",
    "POST /debates/{slug}/arguments/{argument_id}/use": "can_reply",
    "POST /debates/{slug}/arguments/{argument_id}/use/{link_id}/withdraw": "can_withdraw_use",
    "GET /debates/{slug}/arguments/{argument_id}/edit": "can_edit_argument",
    "POST /debates/{slug}/arguments/{argument_id}/edit": "can_edit_argument",
    "GET /debates/{slug}/arguments/{argument_id}/withdraw": "can_withdraw",
    "POST /debates/{slug}/arguments/{argument_id}/withdraw": "can_withdraw",
    "GET /debates/{slug}/arguments/{argument_id}/history": "can_see_text",
    "POST /debates/{slug}/arguments/{argument_id}/vote": "can_vote",
    "GET /debates/{slug}/vote-next": "can_vote_in",
    "POST /debates/{slug}/vote-next/{argument_id}": "can_vote",
    "GET /debates/{slug}/arguments/{argument_id}/concede": "can_concede",
    "POST /debates/{slug}/arguments/{argument_id}/concede": "can_concede",
    "POST /debates/{slug}/arguments/{argument_id}/concede/withdraw": "can_withdraw_concession",
    "POST /debates/{slug}/arguments/{argument_id}/steelman/accept": "can_accept_steelman",
    "POST /debates/{slug}/arguments/{argument_id}/steelman/withdraw-acceptance": "can_accept_steelman",
    "GET /debates/{slug}/arguments/{argument_id}/credit": "can_credit",
    "POST /debates/{slug}/arguments/{argument_id}/credit": "can_credit",
    "POST /debates/{slug}/arguments/{argument_id}/credit/withdraw": "can_withdraw_credit",
    "GET /debates/{slug}/arguments/{argument_id}/credits": "can_see_text",
    "GET /debates/{slug}/credits/{credit_id}": "can_see_text",
    "GET /debates/{slug}/credits/{credit_id}/history": "can_see_text",
    "POST /debates/{slug}/stance": "can_take_stance",
    "GET /debates/{slug}/essay": FIND_DEBATE,
    "GET /debates/{slug}/essay/print": FIND_DEBATE,
    "GET /debates/{slug}/essay/contested": FIND_DEBATE,
    "GET /debates/{slug}/paragraphs/{number}": FIND_DEBATE,
    "GET /debates/{slug}/paragraphs/{number}/annotate": "can_annotate",
    "GET /debates/{slug}/paragraphs/{number}/answer": "can_annotate",
    "POST /debates/{slug}/paragraphs/{number}/answer": "can_annotate",
    "GET /debates/{slug}/passages/{passage_id}": FIND_DEBATE,
    "POST /debates/{slug}/passages": "can_annotate",
    "GET /debates/{slug}/annotations/{annotation_id}": FIND_DEBATE,
    "GET /debates/{slug}/annotations": FIND_DEBATE,
    "GET /debates/{slug}/annotations/": FIND_DEBATE,
    "OPTIONS /debates/{slug}/annotations/": FIND_DEBATE,
    "POST /debates/{slug}/annotations/": "can_annotate",
    "PUT /debates/{slug}/annotations/{annotation_id}": "can_edit_annotation",
    "DELETE /debates/{slug}/annotations/{annotation_id}": "can_withdraw",
    "OPTIONS /debates/{slug}/annotations/{annotation_id}": FIND_DEBATE,
    "GET /debates/{slug}/annotations.atom": FIND_DEBATE,
    "GET /debates/{slug}/annotations.jsonld": FIND_DEBATE,
    "POST /debates/{slug}/annotations": "can_annotate",
    "POST /debates/{slug}/annotations/preview": "can_annotate",
    "GET /debates/{slug}/annotations/{annotation_id}/reply": "can_reply_to_annotation",
    "POST /debates/{slug}/annotations/{annotation_id}/replies": "can_reply_to_annotation",
    "GET /debates/{slug}/annotations/{annotation_id}/edit": "can_edit_annotation",
    "POST /debates/{slug}/annotations/{annotation_id}/edit": "can_edit_annotation",
    "GET /debates/{slug}/annotations/{annotation_id}/move": "can_move_annotation",
    "POST /debates/{slug}/annotations/{annotation_id}/move": "can_move_annotation",
    "GET /debates/{slug}/annotations/{annotation_id}/history": "can_see_text",
    "POST /debates/{slug}/annotations/{annotation_id}/resolve": "can_resolve_annotation",
    "POST /debates/{slug}/annotations/{annotation_id}/reopen": "can_resolve_annotation",
    "POST /debates/{slug}/annotations/{annotation_id}/withdraw": "can_withdraw",
    "GET /debates/{slug}/essay/edit": "can_revise_essay",
    "POST /debates/{slug}/essay/edit": "can_revise_essay",
    "GET /debates/{slug}/essay/draft": "can_revise_essay",
    "POST /debates/{slug}/essay/draft/publish": "can_revise_essay",
    "POST /debates/{slug}/essay/draft/discard": "can_revise_essay",
    "GET /debates/{slug}/essay/draft/passages/{passage_id}": "can_revise_essay",
    "POST /debates/{slug}/essay/draft/passages/{passage_id}": "can_revise_essay",
    "GET /debates/{slug}/essay/revisions": FIND_DEBATE,
    "GET /debates/{slug}/essay/revisions/{number}": FIND_DEBATE,
    "GET /debates/{slug}/essay/revisions/{number}/changes": FIND_DEBATE,
    "GET /debates/{slug}/essay/orphans": FIND_DEBATE,
    "GET /debates/{slug}/passages/{passage_id}/place": "can_place_passage",
    "POST /debates/{slug}/passages/{passage_id}/place": "can_place_passage",
    "GET /people/{username}": PUBLIC,
    "GET /people/{username}/restrict": "can_sanction",
    "POST /people/{username}/restrict": "can_sanction",
    "GET /debates/{slug}/{kind}/{item_id}/flag": "can_flag",
    "POST /debates/{slug}/{kind}/{item_id}/flag": "can_flag",
    "POST /debates/{slug}/{kind}/{item_id}/unflag": "can_withdraw_flag",
    "POST /decisions/{decision_id}/acknowledge": "can_acknowledge",
    "GET /people/{username}/flag": "can_flag_person",
    "POST /people/{username}/flag": "can_flag_person",
    "POST /people/{username}/unflag": "can_withdraw_flag",
    "GET /debates/{slug}/{kind}/{item_id}/moderate": "can_moderate",
    "POST /debates/{slug}/{kind}/{item_id}/hide": "can_decide",
    "GET /debates/{slug}/{kind}/{item_id}/ask-edit": "can_moderate",
    "POST /debates/{slug}/{kind}/{item_id}/ask-edit": "can_decide",
    "GET /debates/{slug}/arguments/{argument_id}/lock": "can_lock_thread",
    "POST /debates/{slug}/arguments/{argument_id}/lock": "can_lock_thread",
    "GET /debates/{slug}/arguments/{argument_id}/move": "can_moderate",
    "POST /debates/{slug}/arguments/{argument_id}/move": "can_reshape",
    "GET /debates/{slug}/arguments/{argument_id}/merge": "can_moderate",
    "POST /debates/{slug}/arguments/{argument_id}/merge": "can_reshape",
    "GET /debates/{slug}/arguments/{argument_id}/split": "can_moderate",
    "POST /debates/{slug}/arguments/{argument_id}/split": "can_reshape",
    "GET /debates/{slug}/vote-rings": "can_moderate",
    "GET /debates/{slug}/vote-rings/discount": "can_moderate",
    "POST /debates/{slug}/vote-rings/discount": "can_discount",
    "GET /moderation": "can_see_queue",
    "POST /moderation/next": "can_see_queue",
    "POST /moderation/views": "can_see_queue",
    "POST /moderation/views/{view_id}/forget": "can_see_queue",
    "GET /moderation/claims": "can_see_queue",
    "GET /moderation/bulk": "can_see_queue",
    "POST /moderation/bulk": "can_see_queue",
    "GET /moderation/cases/{case_id}/claim": "can_see_queue",
    "POST /moderation/cases/{case_id}/claim": "can_decide",
    "POST /moderation/cases/{case_id}/release": "can_see_queue",
    "POST /moderation/cases/{case_id}/notes": "can_note",
    "GET /debates/{slug}/arguments/{argument_id}/marks": "can_see_text",
    "POST /debates/{slug}/arguments/{argument_id}/marks": "can_mark",
    "POST /debates/{slug}/arguments/{argument_id}/marks/{mark_id}/resolve": "can_resolve_mark",
    "GET /debates/{slug}/reasons": "can_moderate",
    "POST /debates/{slug}/reasons": "can_moderate",
    "POST /debates/{slug}/reasons/{reason_id}/retire": "can_moderate",
    "POST /debates/{slug}/hiding": "can_set_hiding",
    "GET /moderation/waiting": "can_see_queue",
    "GET /debates/{slug}/waiting/{post_id}": "can_see_waiting",
    "GET /debates/{slug}/waiting/{post_id}/edit": "can_change_waiting",
    "POST /debates/{slug}/waiting/{post_id}/edit": "can_change_waiting",
    "POST /debates/{slug}/waiting/{post_id}/withdraw": "can_withdraw_waiting",
    "POST /debates/{slug}/waiting/{post_id}/release": "can_decide_waiting",
    "POST /debates/{slug}/waiting/{post_id}/decline": "can_decide_waiting",
    "GET /moderation/prevention": "can_guard_site",
    "POST /moderation/prevention/words": "can_guard_site",
    "GET /moderation/prevention/words/{word_id}/remove": "can_guard_site",
    "POST /moderation/prevention/words/{word_id}/remove": "can_guard_site",
    "POST /moderation/prevention/test": "can_guard_site",
    "GET /debates/{slug}/prevention": "can_guard_debate",
    "POST /debates/{slug}/prevention/words": "can_guard_debate",
    "GET /debates/{slug}/prevention/words/{word_id}/remove": "can_guard_debate",
    "POST /debates/{slug}/prevention/words/{word_id}/remove": "can_guard_debate",
    "POST /debates/{slug}/prevention/test": "can_guard_debate",
    "POST /debates/{slug}/prevention/first-posts": "can_hold_first_posts",
    "GET /moderation/cases/{case_id}": "can_see_queue",
    "POST /moderation/cases/{case_id}/decide": "can_decide",
    "POST /moderation/cases/{case_id}/decide-about-person": "can_decide",
    "GET /decisions/{decision_id}": FIND_DEBATE,
    "GET /decisions/{decision_id}/undo": "can_undo",
    "POST /decisions/{decision_id}/undo": "can_undo",
    "GET /debates/{slug}/measures": "can_moderate",
    "POST /debates/{slug}/measures": "can_take_measures",
    "GET /debates/{slug}/arguments/{argument_id}/slow": "can_moderate",
    "POST /debates/{slug}/arguments/{argument_id}/slow": "can_lock_thread",
    "GET /debates/{slug}/people/{username}/measures": "can_moderate",
    "POST /debates/{slug}/people/{username}/measures": "can_restrict_in",
    "POST /debates/{slug}/people/{username}/role": "can_change_role",
    "GET /moderation/proposals": "can_see_proposals",
    "GET /moderation/proposals/{proposal_id}": "can_see_proposals",
    "POST /moderation/proposals/{proposal_id}/confirm": "can_confirm",
    "POST /moderation/proposals/{proposal_id}/turn-down": "can_see_proposals",
    "GET /decisions/{decision_id}/appeal": "can_appeal",
    "POST /decisions/{decision_id}/appeal": "can_appeal",
    "GET /moderation/appeals": "can_see_queue",
    "GET /moderation/appeals/{appeal_id}": "can_see_queue",
    "POST /moderation/appeals/{appeal_id}/answer": "can_answer_appeal",
    "GET /account/decisions": "can_manage_own_account",
    "GET /log": PUBLIC,
    "GET /search": PUBLIC,
    "GET /log.{format}": PUBLIC,
    "GET /log/head": PUBLIC,
    "GET /log/{number}/report": "can_report_log",
    "POST /log/{number}/report": "can_report_log",
    "GET /log/reports": "can_see_log_reports",
    "POST /log/reports/{report_id}/answer": "can_see_log_reports",
    "GET /transparency": PUBLIC,
    "GET /transparency.csv": PUBLIC,
    "GET /debates/{slug}/transparency": FIND_DEBATE,
    "GET /debates/{slug}/transparency.csv": FIND_DEBATE,
    "GET /log/head.json": PUBLIC,
    "GET /log/heads.atom": PUBLIC,
    "GET /debates/{slug}/log": FIND_DEBATE,
    "GET /debates/{slug}/log.{format}": FIND_DEBATE,
}


def _routes(router: APIRouter) -> Iterator[APIRoute]:
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        else:  # A router within a router.
            yield from _routes(route.original_router)  # type: ignore[attr-defined]


FOUND = {
    f"{method} {route.path}": route
    for router in ROUTERS
    for route in _routes(router)
    for method in sorted(route.methods - {"HEAD"})
}


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    assert set(FOUND) == set(ROUTES)


@pytest.mark.parametrize("address", sorted(name for name in FOUND if not name.startswith(SAFE)))
def test_route_that_changes_something_requires_its_rule(address: str) -> None:
    source = inspect.getsource(FOUND[address].endpoint)
    assert "require(" in source
    assert f"require({ROUTES.get(address)}(" in source


@pytest.mark.parametrize("address", sorted(name for name in FOUND if name.startswith(SAFE)))
def test_route_that_shows_something_asks_its_rule(address: str) -> None:
    endpoint, rule = FOUND[address].endpoint, ROUTES.get(address, "")
    if rule == PUBLIC:
        return
    module = inspect.getsource(sys.modules[endpoint.__module__])
    assert any(re.search(rf"\b{re.escape(call)}", module) for call in FINDERS.get(rule, (f"{rule}(",)))


def test_every_rule_named_here_exists() -> None:
    assert {rule for rule in ROUTES.values() if rule != PUBLIC} <= set(vars(permissions))
