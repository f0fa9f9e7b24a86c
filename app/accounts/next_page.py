"""Where a person goes on after signing in: only to this site."""

import re
from urllib.parse import quote

_OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
LONGEST_PATH = 2_000
NO_RETURN = ("/sign-in", "/sign-up", "/forgot-password", "/reset-password", "/verify-email", "/become-administrator")


def own_path(wanted: str) -> str:
    """The path if it is one of this site, else the front page.

    Browsers read `//host` and `/\\host` as another site, and drop tabs and line ends before they look.
    """
    if len(wanted) > LONGEST_PATH or not _OWN_PATH.fullmatch(wanted) or wanted.startswith(NO_RETURN):
        return "/"
    return quote(wanted, safe="/?&=#%:@,;+~!$'()*-._")


def with_notice(path: str, notice: str) -> str:
    """The path with what the page shall say: see NOTICES."""
    before, mark, fragment = path.partition("#")
    return f"{before}{'&' if '?' in before else '?'}done={notice}{mark}{fragment}"
