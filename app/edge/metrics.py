"""Counts and times of requests for Prometheus, by route template: never by address, name or id."""

from prometheus_client import Counter, Histogram
from starlette.types import Scope

REQUESTS = Counter("rejoinder_requests_total", "Requests answered.", ["route", "method", "status"])
SECONDS = Histogram(
    "rejoinder_request_seconds",
    "Seconds until an answer begins; live streams would otherwise count for hours.",
    ["route", "method"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5),
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def count_request(scope: Scope, status: int, seconds_to_start: float) -> None:
    route, method = route_template(scope), scope["method"]
    method = method if method in METHODS else "other"  # Anyone can invent methods; each would be a new series.
    REQUESTS.labels(route, method, str(status)).inc()
    SECONDS.labels(route, method).observe(seconds_to_start)


def route_template(scope: Scope) -> str:
    """The route's path with its parameters' names, such as /debates/{debate_id}; known once the app has answered.

    FastAPI keeps the path with all prefixes of its routers in a context of its own. A mounted app stands for all
    that lies below it.
    """
    context = scope.get("fastapi", {}).get("effective_route_context")
    template = getattr(context or scope.get("route"), "path_format", None)
    if template is not None:
        return str(template)
    mounted = scope.get("root_path", "").removeprefix(scope.get("app_root_path", ""))
    return f"{mounted}/…" if mounted else "none"
