"""The log says until when and where a restriction holds; and a decision that was changed afterwards is found by it."""

import pytest
from httpx import AsyncClient
from sqlalchemy import select, text

from app.models import Action, Decision, LogEntry
from app.moderation.chain import Walk
from app.moderation.unlike_decisions import find_unlike_decisions
from app.moderation.verification import verify_file, verify_log
from app.privacy.erasure import erase_person
from tests.moderation.conftest import BrowserOf, Scene, decision


async def suspend(scene: Scene, browser_of: BrowserOf, url: str = "/people/author/restrict") -> Decision:
    moderator = await browser_of(scene.cast["site_moderator"])
    field = "kind" if url.startswith("/people") else "action"
    answer = await moderator.post(url, data=decision(**{field: "suspend"}, hours="72", version="0"))
    assert answer.status_code == 303, answer.text
    return (await scene.db.scalars(select(Decision).order_by(Decision.id.desc()))).first()  # type: ignore[return-value]


async def found_in(scene: Scene) -> list[str]:
    return [found.words.partition(": ")[2] for found in await find_unlike_decisions(scene.db)]


@pytest.mark.parametrize(
    ("url", "scope", "where"),
    [
        ("/people/author/restrict", "site", "on the whole site"),
        ("/debates/mill/people/author/measures", "debate", '<a href="/log?debate=mill">one debate</a>'),
    ],
)
async def test_log_says_until_when_and_where_it_holds(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient, url: str, scope: str, where: str
) -> None:
    made = await suspend(scene, browser_of, url)
    assert made.until is not None
    until = f"{made.until:%Y-%m-%dT%H:%M:%S.%fZ}"
    page = (await client.get("/log")).text
    assert f', until <time datetime="{made.until:%Y-%m-%dT%H:%M}' in page
    assert where in page
    document = (await client.get("/log.json")).json()
    entry = document["entries"][0]
    assert (entry["until"], entry["scope"]) == (until, scope)
    assert entry["chain"]["committed"]["item"]["until"] == until
    assert f",{until},{scope}," in (await client.get("/log.csv")).text
    assert list(verify_file(document, Walk())) == []
    entry["until"] = until.replace("20", "21", 1)
    assert ["until" in found.words for found in verify_file(document, Walk())] == [True]
    assert [found async for found in verify_log(scene.db, Walk())] == []
    assert await found_in(scene) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE decisions SET moderator_id = :other", "who decided"),
        ("UPDATE decisions SET moderator_id = NULL", "who decided"),
        ("UPDATE decisions SET proposer_id = :other", "who proposed it"),
        ("UPDATE decisions SET concerned_id = :other", "whom it concerns"),
        ("UPDATE decisions SET concerned_id = NULL", "whom it concerns"),
        ("UPDATE decisions SET made_at = made_at - interval '1 day'", "when it was made"),
        ("UPDATE decisions SET until = until + interval '1 day'", "until when it holds"),
        ("UPDATE decisions SET until = NULL", "until when it holds"),
        ("UPDATE sanctions SET until = until + interval '1 day'", "until when it holds"),
    ],
)
async def test_what_was_changed_in_a_decision_is_named(
    scene: Scene, browser_of: BrowserOf, change: str, words: str
) -> None:
    made = await suspend(scene, browser_of)
    column = "decision_id" if "sanctions" in change else "id"
    changed = text(f"{change} WHERE {column} = :made")
    other = {"other": scene.cast["newcomer"].id} if ":other" in change else {}
    await scene.db.execute(changed, {"made": made.id} | other)
    await scene.db.commit()
    assert await found_in(scene) == [words]


@pytest.mark.parametrize("name", ["site_moderator", "author"])
async def test_accounts_that_were_erased_are_no_change(scene: Scene, browser_of: BrowserOf, name: str) -> None:
    await suspend(scene, browser_of)
    await erase_person(scene.db, scene.cast[name].id, keeps_texts=True, name_key=b"key")
    await scene.db.commit()
    assert await found_in(scene) == []


async def test_lifting_a_restriction_is_no_change(scene: Scene, browser_of: BrowserOf) -> None:
    made = await suspend(scene, browser_of)
    moderator = await browser_of(scene.cast["site_moderator"])
    assert (await moderator.post(f"/decisions/{made.id}/undo", data=decision())).status_code == 303
    assert await found_in(scene) == []


async def test_entries_from_before_go_on_verifying(scene: Scene) -> None:
    """They said neither who decided nor until when."""
    author, moderator = scene.cast["author"], scene.cast["site_moderator"]
    said = {"action": Action.WARN, "explanation": "It calls others names."}
    made = Decision(**said, moderator_id=moderator.id, concerned_id=author.id)
    scene.db.add(made)
    await scene.db.flush()
    scene.db.add(
        LogEntry(
            **said, moderator_name="A name from before", decision_id=made.id, item={"kind": "person", "id": author.id}
        )
    )
    await scene.db.commit()
    assert [found async for found in verify_log(scene.db, Walk())] == []
    assert await found_in(scene) == []
    made.concerned_id = moderator.id
    await scene.db.commit()
    assert await found_in(scene) == ["whom it concerns"]
