"""Where the ground is the law, the statement of reasons names which, and so do the log and the numbers."""

import csv
import io

from httpx import AsyncClient

from tests.moderation.conftest import BrowserOf, Scene, decision

LAW = "Criminal code, section 185: insult"


async def test_rule_that_is_the_law_needs_a_law(scene: Scene, browser_of: BrowserOf) -> None:
    moderator = await browser_of(scene.cast["site_moderator"])
    refused = await moderator.post(f"{scene.reply_url}/hide", data=decision(house_rule="law"))
    assert refused.status_code == 422
    assert "which law it breaks" in refused.text


async def test_law_stands_in_preview_statement_log_and_numbers(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient
) -> None:
    moderator = await browser_of(scene.cast["site_moderator"])
    sent = decision(house_rule="law", law=f" {LAW} ")
    preview = await moderator.post(f"{scene.reply_url}/hide", data={**sent, "act": "preview"})
    assert f"<dd>{LAW}</dd>" in preview.text
    made = await moderator.post(f"{scene.reply_url}/hide", data=sent)
    statement = await client.get(made.headers["location"])
    assert f"<dt>Law</dt><dd>{LAW}</dd>" in statement.text
    assert f"Law: {LAW}" in (await client.get("/log")).text
    assert f"Keep to the law</a>: {LAW}" in (await client.get("/transparency")).text
    row = next(csv.DictReader(io.StringIO((await client.get("/transparency.csv")).text)))
    assert (row["house_rule"], row["law"]) == ("law", LAW)


async def test_law_beside_another_rule_is_left_out(scene: Scene, browser_of: BrowserOf, client: AsyncClient) -> None:
    moderator = await browser_of(scene.cast["site_moderator"])
    made = await moderator.post(f"{scene.reply_url}/hide", data=decision(law=LAW))
    assert LAW not in (await client.get(made.headers["location"])).text
