"""Who sends forms like a browser does, without being one."""

from typing import Any

from httpx import AsyncClient, Response


class FormBrowser(AsyncClient):
    """Sends the form of a decision with the version that its page shows, as browsers do. A test that names one, or an
    empty one, sends that."""

    async def post(self, url: Any, **sent: Any) -> Response:
        page = _page_of_form(str(url))
        if page is not None and "version" not in (sent.get("data") or {}):
            text = (await self.get(page)).text
            form = text[max(text.find(f'action="{url}"'), 0) :]
            version = form.partition('name="version" value="')[2].partition('"')[0] or _OLD.get(str(url)[-5:], "0")
            sent["data"] = {**(sent.get("data") or {}), "version": version}
        return await super().post(url, **sent)


# Where the page has no form any more, as there is nothing to decide: one that was opened before.
_OLD = {"/hide": "0.0", "-edit": "0.0", "solve": "0.0"}


def _page_of_form(url: str) -> str | None:
    """Where the form of a decision stands; nothing of others."""
    start, _, act = url.rpartition("/")
    if act in ("ask-edit", "lock", "undo", "restrict", "take-away"):
        return url
    if act == "answer" and "/log/reports/" in start:
        return "/log/reports"
    if start.endswith("/switches"):
        return url
    if "/prevention/" in url:
        return url if act == "remove" else start
    return {"hide": f"{start}/moderate", "confirm": start, "turn-down": start}.get(act)
