"""Files of static/, read once at start, served under names that change with their content, compressed beforehand."""

import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import brotli
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from app.pages import choose_encoding, compress

STATIC = Path(__file__).parent.parent / "static"
BUNDLES = (
    "site.css",
    "pictures.css",
    "voting.css",
    "search.css",
    "reading.css",
    "moderating.css",
)  # All but the first: for few pages.
# Modules that pages load together, joined: one request each. None imports another.
SCRIPTS = {
    "site.js": ("double_clicks.js", "drafts.js", "keys.js", "visits.js", "try_again.js", "unreachable.js"),
    "thread.js": ("reply_tabs.js", "folds.js", "quoting.js"),
}
_IMPORT = re.compile(r'@import url\("(?P<path>[^"]+)"\)(?: layer\((?P<layer>[\w-]+)\))?;')
_COMPRESSIBLE = {".css", ".js", ".svg", ".json", ".webmanifest"}
_FONT_URL = re.compile(r'url\("(?:\.\./)*(?P<path>vendor/[^"]+)"\)')
_FOREVER = "public, max-age=31536000, immutable"  # The name has the content's hash in it.


@dataclass(frozen=True)
class StaticFile:
    body: bytes
    encoded: dict[str, bytes]
    media_type: str
    hash: str


class StaticFiles:
    """The ASGI app below /static, and url() for templates."""

    def __init__(self, root: Path = STATIC) -> None:
        self._root = root
        self._files = {
            str(path.relative_to(root)): _pack(path.read_bytes(), path.name)
            for path in sorted(root.rglob("*"))
            if path.is_file() and path.suffix != ".css"
        }
        self._files |= {name: _pack(self._bundle(name).encode(), name) for name in BUNDLES}
        self._files |= {name: _pack(_join(root / "js", parts).encode(), name) for name, parts in SCRIPTS.items()}

    def url(self, name: str) -> str:
        """The address of a file; the hash in it lets browsers keep the file for good."""
        return f"/static/{self._files[name].hash}/{name}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer(scope)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        path = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/")
        hash_, _, name = path.partition("/")
        file = self._files.get(name)
        if file is None or scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("There is no such file.", status_code=404)
        encoding = choose_encoding(Headers(scope=scope).get("accept-encoding", ""))
        headers = {"cache-control": _FOREVER if hash_ == file.hash else "no-cache", "vary": "Accept-Encoding"}
        if encoding in file.encoded:
            headers["content-encoding"] = encoding
        return Response(file.encoded.get(encoding, file.body), headers=headers, media_type=file.media_type)

    def _bundle(self, name: str = "site.css") -> str:
        """A stylesheet with its imports put in place: one request instead of twenty, without a build step."""
        folder = self._root / "css"
        return _FONT_URL.sub(self._font_url, _IMPORT.sub(self._inline(folder), (folder / name).read_text()))

    def _inline(self, folder: Path):  # type: ignore[no-untyped-def]
        def put(match: re.Match[str]) -> str:
            css = (folder / match["path"]).read_text()
            return f"@layer {match['layer']} {{\n{css}}}\n" if match["layer"] else css

        return put

    def _font_url(self, match: re.Match[str]) -> str:
        return f'url("{self.url(match["path"])}")'


def _join(folder: Path, parts: tuple[str, ...]) -> str:
    """Modules one after the other, each in a block, which keeps its names to itself."""
    return "".join(f"{{\n{(folder / part).read_text()}}}\n" for part in parts)


@cache
def _pack(body: bytes, name: str) -> StaticFile:
    """Compressed as well as a start allows; the same content once per process."""
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    encoded = {}
    if Path(name).suffix in _COMPRESSIBLE:
        encoded = {"br": brotli.compress(body, quality=9), "gzip": compress(body, "gzip", 0, 9)}
    return StaticFile(body, encoded, media_type, sha256(body).hexdigest()[:12])
