"""Browsers of people, watched: console errors, script errors, breaches of the policy, failed requests."""

from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from app.edge.security_headers import POLICY
from tests.e2e.site import Site
from tests.e2e.waiting import SECONDS

# The console says these too, but a script that a policy stops may swallow what it logs.
WATCH_POLICY = (
    "document.addEventListener('securitypolicyviolation', event => "
    "console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"
)


class Visits:
    """Opens pages for one test and keeps what went wrong in them in `problems`."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.site = site
        self.problems: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._expected: set[int] = set()

    def expect(self, *statuses: int) -> None:
        """Answers that this test provokes, such as a form that is refused with 422."""
        self._expected.update(statuses)

    async def open(
        self, *, user: str = "", javascript: bool = True, width: int = 1280, dark: bool = False, **options: Any
    ) -> Page:
        """A page in a browser of its own, signed in as somebody of the cast or as a visitor."""
        context = await self._browser.new_context(
            base_url=self.site.origin,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(SECONDS * 1000)
        self._contexts.append(context)
        self._watch(context)
        if javascript:
            await context.add_init_script(WATCH_POLICY)
        if user:
            session = await self.site.session_of(user)
            await context.add_cookies([{"name": "session", "value": session, "url": self.site.origin}])
        return await context.new_page()

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()

    def _watch(self, context: BrowserContext) -> None:
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.problems.append(f"script error: {error.error}"))
        context.on("requestfailed", self._note_failure)
        context.on("response", self._note_answer)

    def _hear(self, message: ConsoleMessage) -> None:
        # What the console says of a refused request is noted with more words by _note_answer.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.problems.append(f"console: {message.text}")

    def _note_failure(self, request: Request) -> None:
        # A page that is left while its answer is on the way aborts the request, which harms nobody.
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"{request.method} {request.url} failed: {request.failure}")

    def _note_answer(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self._expected:
            self.problems.append(f"{response.request.method} {response.url} gave {response.status}")
        if response.headers.get("content-security-policy") != POLICY:
            self.problems.append(f"{response.url} came without the site's policy")
