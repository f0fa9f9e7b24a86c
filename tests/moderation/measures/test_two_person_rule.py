"""What one moderator proposes, another one confirms or turns down, who is told of it and who is nobody to wait for."""

from datetime import UTC, datetime, timedelta

from httpx import AsyncClient
from sqlalchemy import select, update

from app.models import LogEntry, Proposal, Role, User
from tests.factories import make_user
from tests.moderation.conftest import BrowserOf, Scene, decision


async def propose(browser: AsyncClient, username: str = "author", hours: str = "2160") -> str:
    """The page of the proposal."""
    made = await browser.post(f"/people/{username}/restrict", data=decision(kind="suspend", hours=hours))
    assert made.status_code == 303, made.text
    return str(made.headers["location"]).partition("?")[0]


async def another_moderator(scene: Scene, name: str = "second_moderator") -> User:
    person = await make_user(scene.db, name, role=Role.MODERATOR)
    await scene.db.commit()
    return person


async def let_pass(scene: Scene, time: timedelta) -> None:
    await scene.db.execute(update(Proposal).values(made_at=datetime.now(UTC) - time))
    await scene.db.commit()


async def test_the_only_administrator_can_suspend_a_moderator_after_a_day(scene: Scene, browser_of: BrowserOf) -> None:
    await another_moderator(scene)
    alone = await browser_of(scene.cast["administrator"])
    url = await propose(alone, "site_moderator")
    assert "nobody else could confirm it, so you can from" in (await alone.get(url)).text
    assert (await alone.post(f"{url}/confirm")).status_code == 403
    await let_pass(scene, timedelta(hours=25))
    page = (await alone.get(url)).text
    assert "Nobody else can decide, so you may." in page
    assert (await alone.post(f"{url}/confirm")).status_code == 303
    entry = (await scene.db.scalars(select(LogEntry))).one()
    assert (entry.item["in_spite_of"], entry.moderator_name) == ("alone", "Administrator")


async def test_nobody_confirms_alone_while_somebody_else_could(scene: Scene, browser_of: BrowserOf) -> None:
    await another_moderator(scene)
    first = await browser_of(scene.cast["site_moderator"])
    url = await propose(first)
    await let_pass(scene, timedelta(hours=49))
    assert "another moderator has to confirm it" in (await first.get(url)).text
    assert (await first.post(f"{url}/confirm")).status_code == 403


async def test_of_a_person_it_says_that_they_have_the_same_role(scene: Scene, browser_of: BrowserOf) -> None:
    second = await browser_of(await another_moderator(scene))
    url = await propose(await browser_of(scene.cast["administrator"]), "site_moderator")
    page = (await second.get(url)).text
    assert "They have the same role as you or a higher one" in page
    assert "Its author" not in page
