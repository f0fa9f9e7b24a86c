"""A moderator's flag weighs more than others', but not in a quarrel of their own."""

import pytest
from sqlalchemy import select

from app.models import Flag, Position
from tests.factories import make_annotation, make_argument
from tests.moderation.conftest import BrowserOf, Scene, argue, flag


async def weighs_as_staff(scene: Scene, browser_of: BrowserOf, url: str = "") -> bool:
    await flag(await browser_of(scene.cast["debate_moderator"]), url or scene.reply_url)
    sent = (await scene.db.scalars(select(Flag))).one()
    assert (sent.weight >= 6) == sent.is_by_staff
    return sent.is_by_staff


async def test_flag_of_a_moderator_weighs_more(scene: Scene, browser_of: BrowserOf) -> None:
    assert await weighs_as_staff(scene, browser_of)


async def test_not_against_who_has_answered_an_own_argument(scene: Scene, browser_of: BrowserOf) -> None:
    own = await make_argument(scene.db, scene.debate, scene.cast["debate_moderator"], parent=scene.root)
    answer = await make_argument(scene.db, scene.debate, scene.cast["newcomer"], parent=own)
    await scene.db.commit()
    assert not await weighs_as_staff(scene, browser_of, f"/debates/mill/arguments/{answer.id}")


async def test_not_in_a_debate_in_which_one_has_argued(scene: Scene, browser_of: BrowserOf) -> None:
    await argue(scene, "debate_moderator")
    assert not await weighs_as_staff(scene, browser_of)


@pytest.mark.parametrize("began", [True, False])
async def test_not_against_who_has_answered_an_own_note(scene: Scene, browser_of: BrowserOf, began: bool) -> None:
    people = [scene.cast["debate_moderator"], scene.cast["author"]]
    first, second = people if began else people[::-1]
    note = await make_annotation(scene.db, scene.debate, first)
    await make_annotation(scene.db, scene.debate, second, parent=note)
    await scene.db.commit()
    assert not await weighs_as_staff(scene, browser_of)


async def test_not_against_with_whom_one_has_argued_elsewhere(scene: Scene, browser_of: BrowserOf) -> None:
    elsewhere = await scene.fresh_debate("dam")
    side = (await scene.db.scalars(select(Position).filter_by(debate_id=elsewhere.id).limit(1))).one()
    own = await make_argument(scene.db, elsewhere, scene.cast["debate_moderator"], position=side)
    await make_argument(scene.db, elsewhere, scene.cast["author"], parent=own)
    await scene.db.commit()
    assert not await weighs_as_staff(scene, browser_of)
