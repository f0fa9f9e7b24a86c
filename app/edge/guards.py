"""All guards around an app, in the order in which a request meets them."""

from starlette.types import ASGIApp

from app.csrf import CsrfGuard
from app.edge.access_log import AccessLog
from app.edge.bodies import BodyLimit
from app.edge.head import HeadAsGet
from app.edge.hosts import HostCheck
from app.edge.proxies import TrustedProxies
from app.edge.refusals import Answer, plain_page
from app.edge.request_id import RequestId
from app.edge.security_headers import SecurityHeaders
from app.settings import Settings


def with_guards(app: ASGIApp, settings: Settings, answer: Answer = plain_page) -> ASGIApp:
    """The app behind its guards; `answer` makes the pages for forms that they refuse.

    The framework's own error handling belongs inside, so that error pages have their headers and their line in the
    log too. A request under a wrong name gets a plain page, because a page of the site would ask for its files there.
    """
    scheme = "https" if settings.is_https else "http"
    app = HeadAsGet(app)
    app = CsrfGuard(app, {settings.origin, *(f"{scheme}://{host}" for host in settings.hosts)}, answer)
    app = BodyLimit(app, answer)
    app = HostCheck(app, settings.hosts)
    app = AccessLog(app)  # Inside the headers, so that its page of an error has them.
    app = SecurityHeaders(app, is_https=settings.is_https)
    app = TrustedProxies(app, settings.trusted_proxies)
    return RequestId(app, settings.trusted_proxies)  # First of all: it asks who the peer is, not the reader.
