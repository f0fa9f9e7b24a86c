"""Whatever somebody types, chooses or forges in a form or an address: a clear answer, and the text is not lost."""

import re
from collections.abc import AsyncIterator, Callable, Mapping

import pytest
from httpx import AsyncClient, Response
from playwright.async_api import expect
from sqlalchemy import text

from app.db import transaction
from tests.e2e.markup import FormFound, Markup
from tests.e2e.pages import PAGES, PageType, get_routes
from tests.e2e.people import browser
from tests.e2e.site import DEBATE, Site
from tests.e2e.visits import Visits

TEXTS = {
    "nothing": "",
    "blanks": " \t\u3000",
    "100,000 characters": "x" * 100_000,
    "NUL": "before\0after",
    "emoji": "🌶️👩‍👩‍👧" * 20,
    "right-to-left": "\u202eשלום, מה שלומך? مرحبا بكم",
    "markup": "</textarea><script>alert(1)</script>{{ 7 * 7 }}",
    "signs of a database": "'; DROP TABLE users; -- \\ % _",
}
CHOICES = ["☂", "-1", "²", "١", "1e9", "9" * 30, "None", "\0"]
# Where a page's form is sent in somebody's name; what ends the session or the account's other ones is left alone.
LEFT_ALONE = re.compile(r"/sign-out|/sessions/|/account/password")
HONEYPOT = "website"
LONGEST_IN_ADDRESS = 2_000  # Characters of a field that a form sends in its address: clients refuse longer ones.
SLUGS = (DEBATE.removeprefix("/debates/"), "{slug}")
GET_ROUTES = get_routes()


@pytest.fixture(scope="module")
async def forms(site: Site, places: dict[str, str]) -> list[tuple[str, FormFound]]:
    """Every form on every type of page, once for each address that it is sent to, with who sees it."""
    found: dict[str, tuple[str, FormFound]] = {}
    for page in sorted(PAGES, key=lambda page: not page.user):  # By members first: visitors are asked to sign in.
        async with await _browser_of(site, page) as client:
            answer = await client.get(page.path.format(**places))
        for form in Markup(answer.text).forms:
            addresses = {form.action, *(address for _, _, address in form.buttons if address)}
            for address in addresses:
                form_there = FormFound(**{**vars(form), "action": address})
                found.setdefault(re.sub(r"\d+", "#", address), (page.user, form_there))
    shown = [(user, form) for user, form in found.values() if not LEFT_ALONE.search(form.action)]
    assert len(shown) > 20
    return shown


@pytest.mark.parametrize("typed", TEXTS.values(), ids=TEXTS)
async def test_wrong_texts_are_answered_and_kept(site: Site, forms: list[tuple[str, FormFound]], typed: str) -> None:
    faults = []
    async for form, answer in _send_all(site, forms, lambda form: dict.fromkeys(form.typed, typed)):
        if answer.status_code >= 500:
            faults.append(f"{form.action} gave {answer.status_code}")
        elif answer.status_code == 422 and "\0" not in typed:
            faults += [f"{form.action} lost “{name}”" for name in _lost(form, answer, typed)]
        elif "<script>alert" in answer.text:
            faults.append(f"{form.action} repeats markup")
    assert faults == []


@pytest.mark.parametrize("forged", CHOICES)
async def test_forged_choices_and_ids_are_answered(site: Site, forms: list[tuple[str, FormFound]], forged: str) -> None:
    """In hidden fields, radio buttons, selects, and in what buttons send; also each field twice."""
    faults = []

    def forge(form: FormFound) -> dict[str, str | list[str]]:
        names = {*form.sent, *form.choices, *(name for name, _, _ in form.buttons if name)} - {*form.typed}
        return dict.fromkeys(names, forged) | {name: ["twice", "given"] for name in form.typed}

    async for form, answer in _send_all(site, forms, forge):
        is_taken = answer.status_code == 303 and not answer.headers["location"].startswith("/sign-in")
        if answer.status_code >= 500 or (is_taken and _needs_a_choice(form)):
            faults.append(f"{form.action} gave {answer.status_code}")
    assert faults == []


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999", "²", "1.5", "%00", "x" * 5_000, "%F0%9F%8C%B6"])
async def test_wrong_addresses_are_answered(site: Site, places: dict[str, str], number: str) -> None:
    """In each place of each route, and in each query that a page takes."""
    paths = {re.sub(r"\{\w+\}", number, route.path.replace("{slug}", slug)) for route in GET_ROUTES for slug in SLUGS}
    queries = {route.path: [field.name for field in route.dependant.query_params] for route in GET_ROUTES}
    for page in PAGES:
        paths |= {
            f"{page.path.partition('?')[0].format(**places)}?{name}={number}" for name in queries.get(page.route, [])
        }
    paths = {path for path in paths if not path.partition("?")[0].endswith("/live")}  # Streams go on for ever.
    async with browser(site, await site.session_of("keeper")) as client:
        answers = {path: (await client.get(path)).status_code for path in paths}
    assert {path: status for path, status in answers.items() if status >= 500} == {}


async def _browser_of(site: Site, page: PageType) -> AsyncClient:
    return browser(site, await site.session_of(page.user) if page.user else "")


async def _send_all(
    site: Site, forms: list[tuple[str, FormFound]], fill: Callable[[FormFound], Mapping[str, str | list[str]]]
) -> AsyncIterator[tuple[FormFound, Response]]:
    """Send each form with what `fill` puts over its untouched fields; limits on how often are forgotten meanwhile."""
    for user, form in forms:
        async with transaction(site.engine) as db:
            await db.execute(text("DELETE FROM rate_limit_hits"))
        fields = {**form.sent, **fill(form)}
        fields.pop(HONEYPOT, None)
        async with browser(site, await site.session_of(user) if user else "") as client:
            if form.method == "get":
                sent = {name: value[:LONGEST_IN_ADDRESS] for name, value in fields.items()}
                yield form, await client.get(form.action, params=sent)
            else:
                yield form, await client.post(form.action, data=fields)


def _lost(form: FormFound, answer: Response, typed: str) -> list[str]:
    """The fields whose text the answer does not hand back."""
    kept = [found.sent for found in Markup(answer.text).forms]
    typed = typed[:LONGEST_IN_ADDRESS] if form.method == "get" else typed
    names = {*form.typed} - {*form.secret, HONEYPOT}
    return [name for name in names if not any(fields.get(name) == typed for fields in kept)]


def _needs_a_choice(form: FormFound) -> bool:
    """Whether it cannot be right when what is chosen or pressed is forged: a vote, a decision, a relation."""
    return bool(form.choices or any(name for name, _, _ in form.buttons))


async def test_far_too_long_a_text_is_refused_beside_the_form_that_keeps_it(visits: Visits) -> None:
    """More than the server takes in at all: the browser must get the answer although it is still sending."""
    visits.expect(413)
    page = await visits.open(user="member")
    await page.goto(f"{DEBATE}/arguments/1/reply")
    grounds = page.get_by_label("Grounds", exact=True)
    await grounds.fill("é" * 500_000)
    await page.get_by_role("button", name="Post reply").click()
    await expect(page.locator("#notices")).to_contain_text("too much at once")
    assert len(await grounds.input_value()) == 500_000
