"""What answers of the Annotation Protocol have in common: media type, headers, entity tags, preferences."""

import json
import re
from dataclasses import dataclass
from hashlib import sha256

from fastapi import Request
from starlette.responses import Response

from app.annotations.protocol.documents import CONTEXT, Json
from app.annotations.protocol.places import Places
from app.pages import choose_encoding, compress
from app.programs import OPEN_TO_ALL
from app.settings import Settings
from app.targets import DebateHead

MEDIA_TYPE = f'application/ld+json; profile="{CONTEXT}"'
SERVICE = "http://www.w3.org/ns/oa#annotationService"
RESOURCE_LINK = '<http://www.w3.org/ns/ldp#Resource>; rel="type"'
CONTAINER_LINKS = (
    '<http://www.w3.org/ns/ldp#BasicContainer>; rel="type", '
    '<http://www.w3.org/TR/annotation-protocol/>; rel="http://www.w3.org/ns/ldp#constrainedBy"'
)
ITEM_METHODS = "GET, HEAD, OPTIONS, PUT, DELETE"
CONTAINER_METHODS = "GET, HEAD, OPTIONS, POST"
READING_METHODS = "GET, HEAD, OPTIONS"

# Scripts of other sites may write too, since only a token that they were given opens anything, never a cookie.
CROSS_ORIGIN = {
    **OPEN_TO_ALL,
    "Access-Control-Expose-Headers": "Accept-Post, Allow, Content-Location, ETag, Link, Location, Preference-Applied, "
    "Retry-After",
}
PREFLIGHT = {
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
    "Prefer",
    "Access-Control-Max-Age": "86400",
}
SHAPE = 1  # Raised when documents change their shape, so that nobody goes on with what they kept.
QUICK_BROTLI, QUICK_GZIP = 4, 4


def places_of(request: Request, debate: DebateHead) -> Places:
    settings: Settings = request.app.state.settings
    return Places(settings.origin, debate.url)


def to_bytes(document: Json) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def entity_tag(body: bytes) -> str:
    """Strong: the same tag means the same bytes."""
    return f'"{sha256(body).hexdigest()[:24]}"'


def names_tag(header: str, tag: str) -> bool:
    """Whether If-Match or If-None-Match names this tag, or any."""
    return header.strip() == "*" or tag in [part.strip() for part in header.split(",")]


def answer_item(request: Request, document: Json, status: int = 200) -> Response:
    """An annotation. Its tag is what If-Match has to name."""
    body = to_bytes(document)
    headers = {
        **CROSS_ORIGIN,
        "ETag": entity_tag(body),
        "Link": RESOURCE_LINK,
        "Allow": ITEM_METHODS,
        "Vary": "Accept",
        "Cache-Control": "no-cache",
    }
    if request.method == "GET" and names_tag(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, status_code=status, headers=headers, media_type=MEDIA_TYPE)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is the same as long as the debate is: a container, a page of it, a feed."""

    media_type: str
    tag: str
    headers: dict[str, str]


def version_tag(debate: DebateHead, variant: str = "") -> str:
    """`variant` tells apart what one address answers to different preferences."""
    return f'W/"{debate.version}-{SHAPE}{variant}"'


def not_modified(request: Request, kept: Kept) -> Response | None:
    """The answer for who has it already."""
    if not names_tag(request.headers.get("if-none-match", ""), kept.tag):
        return None
    return Response(status_code=304, headers={**CROSS_ORIGIN, "ETag": kept.tag, **kept.headers})


def answer_kept(request: Request, kept: Kept, body: bytes) -> Response:
    everything = {**CROSS_ORIGIN, "ETag": kept.tag, "Cache-Control": "no-cache", **kept.headers}
    everything["Vary"] = ", ".join(filter(None, (kept.headers.get("Vary", ""), "Accept-Encoding")))
    encoding = choose_encoding(request.headers.get("accept-encoding", ""))
    if encoding != "identity":
        everything["Content-Encoding"] = encoding
        body = compress(body, encoding, QUICK_BROTLI, QUICK_GZIP)
    return Response(body, headers=everything, media_type=kept.media_type)


@dataclass(frozen=True, slots=True)
class Preference:
    """What of the collection the reader wants to see of its annotations."""

    is_minimal: bool
    only_iris: bool
    applied: str = ""  # For the header Preference-Applied; nothing where no preference was given.

    @property
    def variant(self) -> str:
        return f"-{int(self.is_minimal)}{int(self.only_iris)}"


_INCLUDED = re.compile(r'(?:^|[;,\s])include\s*=\s*(?:"([^"]*)"|([^\s;,"]+))', re.IGNORECASE)
_REPRESENTATION = re.compile(r"(?:^|[;,\s])return\s*=\s*\"?representation\b", re.IGNORECASE)
_MINIMAL, _IRIS, _DESCRIPTIONS = (
    "http://www.w3.org/ns/ldp#PreferMinimalContainer",
    "http://www.w3.org/ns/oa#PreferContainedIRIs",
    "http://www.w3.org/ns/oa#PreferContainedDescriptions",
)


def read_preference(header: str, iris: int | None) -> Preference:
    """From Prefer (RFC 7240), or from the address that names the kind of representation.

    Who asks for addresses and descriptions at once, which the protocol forbids, gets descriptions.
    """
    found = _INCLUDED.search(header) if _REPRESENTATION.search(header) else None
    wanted = (found[1] or found[2] or "").split() if found else []
    known = [name for name in (_MINIMAL, _IRIS, _DESCRIPTIONS) if name in wanted]
    only_iris = _DESCRIPTIONS not in known if _IRIS in known else iris == 1 and _DESCRIPTIONS not in known
    if _IRIS in known and not only_iris:
        known.remove(_IRIS)
    applied = f'return=representation; include="{" ".join(known)}"' if known else ""
    return Preference(_MINIMAL in known, only_iris, applied)


def container_headers(places: Places, preference: Preference) -> dict[str, str]:
    applied = {"Preference-Applied": preference.applied} if preference.applied else {}
    return {
        "Link": CONTAINER_LINKS,
        "Allow": CONTAINER_METHODS,
        "Accept-Post": MEDIA_TYPE,
        "Content-Location": places.collection(only_iris=preference.only_iris),
        "Vary": "Accept, Prefer",
        **applied,
    }


def name_service(answer: Response, debate: DebateHead) -> Response:
    """Tell programs where annotations of this page are kept."""
    answer.headers["Link"] = f'<{debate.url}/annotations/>; rel="{SERVICE}"'
    return answer


def vary_by_accept(answer: Response) -> Response:
    """For the page of what programs get as JSON-LD at the same address."""
    answer.headers.add_vary_header("Accept")
    return answer
