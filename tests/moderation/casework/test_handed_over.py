"""What somebody works on waits for others once they moderate there no more."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.accounts.roles import set_role
from app.actor import Actor
from app.models import Case, DebateRoleKind, Role
from app.moderation.casework.notes import NoteForm, add_note
from app.moderation.forms import RestrictionForm, UndoForm
from app.moderation.sanction_commands import restrict_person
from app.moderation.team.commands import step_down
from app.moderation.undoing import find_undoable, undo
from tests.moderation.casework.conftest import open_case, shown
from tests.moderation.conftest import BrowserOf, Scene, argue, decision

LEFT = (None, None, None)


async def held(scene: Scene, name: str) -> Case:
    """Claimed by somebody, and handed to them."""
    person, until = scene.cast[name].id, datetime.now(UTC) + timedelta(minutes=9)
    return await open_case(scene, claimed_by_id=person, claimed_until=until, assigned_to_id=person)


async def work_on(scene: Scene, case: Case) -> tuple[int | None, datetime | None, int | None]:
    case = await scene.fresh(case)
    return case.claimed_by_id, case.claimed_until, case.assigned_to_id


@pytest.mark.parametrize("fate", ["stepped down", "lost the role", "suspended here", "suspended"])
async def test_who_moderates_no_more_works_on_nothing(scene: Scene, browser_of: BrowserOf, fate: str) -> None:
    case = await held(scene, "debate_moderator")
    await _end(scene, browser_of, fate)
    assert await work_on(scene, case) == LEFT
    other = await browser_of(scene.cast["host"])
    assert await shown(other, "holder=free") == [case.id]
    assert (await other.post("/moderation/next")).headers["location"] == f"/moderation/cases/{case.id}?"


@pytest.mark.parametrize("fate", ["suspended", "stepped down"])
async def test_a_case_waits_for_nobody_who_ceases_to_moderate_while_it_is_handed_to_them(
    scene: Scene, browser_of: BrowserOf, fate: str
) -> None:
    case, person = await open_case(scene), scene.cast["debate_moderator"]
    handing_browser = await browser_of(scene.cast["host"])
    await _cease(scene, fate)
    note = {"words": "Yours, I think.", "to": str(person.id)}
    handing = asyncio.create_task(handing_browser.post(f"/moderation/cases/{case.id}/notes", data=note))
    await asyncio.sleep(0.5)
    assert not handing.done()
    await scene.db.commit()
    assert (await handing).status_code == 409
    assert await work_on(scene, case) == LEFT


@pytest.mark.parametrize("fate", ["suspended", "stepped down"])
async def test_who_ceases_to_moderate_leaves_what_is_handed_to_them_at_that_moment(
    scene: Scene, browser_of: BrowserOf, fate: str
) -> None:
    case, person = await open_case(scene), scene.cast["debate_moderator"]
    host = Actor(id=scene.cast["host"].id)
    await add_note(scene.db, host, case.id, scene.debate.id, NoteForm(words="Yours, I think.", to=person.id))
    await _end_after_this(scene, browser_of, fate)
    assert await work_on(scene, case) == LEFT


async def test_a_case_comes_back_to_nobody_who_is_suspended_at_that_moment(scene: Scene, browser_of: BrowserOf) -> None:
    moderator, author = await browser_of(scene.cast["debate_moderator"]), await browser_of(scene.cast["author"])
    form = decision(wanted="Say it without calling anybody a fool.")
    made = await moderator.post(f"{scene.annotation_url}/ask-edit", data=form)
    assert made.status_code == 303
    await _cease(scene, "suspended")
    fields = {"kind": "note", "body": "Quite other words.", "tags": "", "revision": "1", "act": "post"}
    editing = asyncio.create_task(author.post(f"{scene.annotation_url}/edit", data=fields))
    await asyncio.sleep(0.5)
    assert not editing.done()
    await scene.db.commit()
    assert (await editing).status_code == 303
    assert await work_on(scene, await scene.open_case()) == LEFT


async def _dismissed(scene: Scene, browser_of: BrowserOf) -> tuple[Case, int]:
    """A case that waits, once it is open again, for a moderator of the debate; and the decision that closed it."""
    case = await open_case(scene, assigned_to_id=scene.cast["debate_moderator"].id)
    sent = decision(action="dismiss", version=str(case.version))
    made = await (await browser_of(scene.cast["host"])).post(f"/moderation/cases/{case.id}/decide", data=sent)
    assert made.status_code == 303
    return case, int(made.headers["location"].partition("?")[0].rpartition("/")[2])


@pytest.mark.parametrize("fate", ["suspended", "stepped down"])
async def test_a_case_that_opens_again_waits_for_nobody_who_ceases_to_moderate_at_that_moment(
    scene: Scene, browser_of: BrowserOf, fate: str
) -> None:
    case, made_id = await _dismissed(scene, browser_of)
    host = await browser_of(scene.cast["host"])
    await _cease(scene, fate)
    undoing = asyncio.create_task(host.post(f"/decisions/{made_id}/undo", data=decision(version=str(made_id))))
    await asyncio.sleep(0.5)
    assert not undoing.done()
    await scene.db.commit()
    assert (await undoing).status_code == 303
    assert (await scene.open_case()).id == case.id
    assert await work_on(scene, case) == LEFT


@pytest.mark.parametrize("fate", ["suspended", "stepped down"])
async def test_who_ceases_to_moderate_leaves_what_opens_again_for_them_at_that_moment(
    scene: Scene, browser_of: BrowserOf, fate: str
) -> None:
    case, made_id = await _dismissed(scene, browser_of)
    host = Actor(id=scene.cast["host"].id, debate_roles={scene.debate.id: DebateRoleKind.HOST})
    form = UndoForm.model_validate(decision(version=made_id))
    await undo(scene.db, host, await find_undoable(scene.db, host, made_id), form)
    await _end_after_this(scene, browser_of, fate)
    assert await work_on(scene, case) == LEFT


async def _cease(scene: Scene, fate: str) -> None:
    """Nothing is committed yet."""
    person = scene.cast["debate_moderator"]
    if fate == "stepped down":
        await step_down(scene.db, Actor(id=person.id), scene.debate)
        return
    form = RestrictionForm.model_validate(decision(kind="suspend", hours="24", version="0"))
    await restrict_person(scene.db, Actor(id=scene.cast["administrator"].id), person.id, form)


async def _end_after_this(scene: Scene, browser_of: BrowserOf, fate: str) -> None:
    """At the moment of what is not committed yet, which they have to wait for."""
    ending = asyncio.create_task(_end(scene, browser_of, fate))
    await asyncio.sleep(0.5)
    assert not ending.done()
    await scene.db.commit()
    await ending


async def _end(scene: Scene, browser_of: BrowserOf, fate: str) -> None:
    admin = await browser_of(scene.cast["administrator"])
    if fate == "stepped down":
        browser = await browser_of(scene.cast["debate_moderator"])
        made = await browser.post("/debates/mill/moderators/step-down")
    elif fate == "lost the role":
        role = decision(seen="moderator", role="none")
        made = await admin.post("/debates/mill/people/debate_moderator/role", data=role)
    elif fate == "suspended here":
        form = decision(action="suspend", hours="24", version="0")
        made = await admin.post("/debates/mill/people/debate_moderator/measures", data=form)
    else:
        made = await admin.post("/people/debate_moderator/restrict", data=decision(kind="suspend", hours="24"))
    assert made.status_code == 303, made.text


async def test_who_loses_the_role_on_the_site_keeps_what_they_do_as_host(scene: Scene) -> None:
    case = await held(scene, "host")
    kept = await work_on(scene, case)
    await set_role(scene.db, scene.cast["host"], Role.MEMBER)
    assert await work_on(scene, case) == kept


async def test_cases_of_colleagues_are_left_to_them(scene: Scene, browser_of: BrowserOf) -> None:
    case = await held(scene, "host")
    kept = await work_on(scene, case)
    await _end(scene, browser_of, "stepped down")
    assert await work_on(scene, case) == kept


async def test_next_case_is_one_that_was_handed_to_who_has_argued_since(scene: Scene, browser_of: BrowserOf) -> None:
    case = await open_case(scene, assigned_to_id=scene.cast["host"].id)
    browser = await browser_of(scene.cast["debate_moderator"])
    assert (await browser.post("/moderation/next")).headers["location"] == "/moderation?done=no_case"
    await argue(scene, "host")
    assert (await browser.post("/moderation/next")).headers["location"] == f"/moderation/cases/{case.id}?"


async def test_a_case_that_opens_again_is_not_handed_to_who_has_left(scene: Scene, browser_of: BrowserOf) -> None:
    case = await open_case(scene, assigned_to_id=scene.cast["debate_moderator"].id)
    host = await browser_of(scene.cast["host"])
    made = await host.post(f"/moderation/cases/{case.id}/decide", data=decision(action="hide", version="1"))
    await _end(scene, browser_of, "stepped down")
    url = made.headers["location"].partition("?")[0]
    assert (await host.post(f"{url}/undo", data=decision())).status_code == 303
    assert (await scene.fresh(case)).closed_at is None
    assert case.assigned_to_id is None
