"""Answers for programs: what a request asks for, and how a refusal is said to it (RFC 9457)."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app.errors import Refusal

FOR_PROGRAMS = "for programs"  # The tag of routes that no browser's form is meant for.
JSON_TYPES = ("application/ld+json", "application/json")
# Anyone may read, from any page: what is public here names no reader. Credentials are never asked for.
OPEN_TO_ALL = {"Access-Control-Allow-Origin": "*"}


def prefers_json(request: Request) -> bool:
    """Whether JSON is wanted more than a page. Browsers name text/html; who takes anything gets the page."""
    accepted = _read_accept(request.headers.get("accept", "*/*"))
    json_weight = max(_weight(accepted, name) for name in JSON_TYPES)
    page_weight = _weight(accepted, "text/html")
    is_named = any(name in accepted for name in JSON_TYPES)
    return json_weight > page_weight or (json_weight == page_weight > 0 and is_named and "text/html" not in accepted)


def _read_accept(header: str) -> dict[str, float]:
    """Media ranges with their weights; parameters other than `q` do not matter here."""
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        given = next((value[2:] for value in parameters if value.startswith("q=")), "1")
        weights[name] = max(weights.get(name, 0.0), _number(given))
    return weights


def _number(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _weight(accepted: Mapping[str, float], name: str) -> float:
    """Of the most precise range that takes this type."""
    ranges = (name, f"{name.partition('/')[0]}/*", "*/*")
    return next((accepted[part] for part in ranges if part in accepted), 0.0)


def is_by_program(request: Request) -> bool:
    """Whether nobody will look at a page that answers this."""
    headers = request.headers
    has_token = headers.get("authorization", "").lower().startswith("bearer ")
    sends_json = media_type(headers.get("content-type", "")) in JSON_TYPES
    is_named = FOR_PROGRAMS in getattr(request.scope.get("route"), "tags", ())
    return has_token or sends_json or is_named or prefers_json(request)


def media_type(header: str) -> str:
    return header.partition(";")[0].strip().lower()


def answer_problem(refusal: Refusal) -> Response:
    """What was refused and why; `pointer` (RFC 6901) names the member of the document that is wrong."""
    problem: dict[str, Any] = {"title": refusal.title, "status": refusal.status, "detail": refusal.reason}
    for name in ("pointer", "decision_id"):
        if (value := getattr(refusal, name, None)) is not None:
            problem[name] = value
    headers = {**OPEN_TO_ALL, "Cache-Control": "no-store"}
    if (challenge := getattr(refusal, "challenge", None)) is not None:
        headers["WWW-Authenticate"] = challenge
    body = json.dumps(problem, ensure_ascii=False)
    return Response(body, status_code=refusal.status, headers=headers, media_type="application/problem+json")
