"""Every form of moderation, sent empty by everybody: who may is told what is missing, who may not is refused.

What is expected stands in the table of rules: y is 422, n is 403, s leads to the sign-in page.
"""

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.models import Appeal, Decision
from tests.cast import VISITOR_NAME
from tests.factories import make_annotation
from tests.moderation.conftest import BrowserOf, Scene, decision
from tests.test_permissions import ACTORS, _rows

STATUSES = {"y": 422, "n": 403, "s": 303}
# The route, and the row of the table: an item by the author, by the actor of the column, or by somebody of a rank.
FORMS = [
    ("{theirs}/hide", "can_decide", "theirs"),
    ("{own}/hide", "can_decide", "own"),
    ("{by_host}/hide", "can_decide", "by host"),
    ("{theirs}/lock", "can_lock_thread", "theirs"),
    ("{theirs}/slow", "can_lock_thread", "theirs"),
    ("{theirs}/flag", "can_flag", "theirs"),
    ("/people/author/flag", "can_flag_person", "theirs"),
    ("/people/{name}/flag", "can_flag_person", "own"),
    ("/debates/mill/measures", "can_take_measures", "open"),
    ("/debates/mill/people/author/measures", "can_restrict_in", "theirs"),
    ("/debates/mill/people/{name}/measures", "can_restrict_in", "own"),
    ("/debates/mill/people/host/measures", "can_restrict_in", "by host"),
    ("/debates/mill/people/author/role", "can_change_role", "theirs"),
    ("/debates/mill/people/{name}/role", "can_change_role", "own"),
    ("/debates/mill/people/site_moderator/role", "can_change_role", "by site_moderator"),
    ("/people/author/restrict", "can_sanction", "theirs"),
    ("/people/{name}/restrict", "can_sanction", "own"),
    ("/people/site_moderator/restrict", "can_sanction", "by site_moderator"),
    ("{hidden}/undo", "can_undo", "theirs hide-by-debate_moderator"),
    ("{hidden}/undo-together", "can_undo_some", "theirs hide-by-debate_moderator"),
    ("{hidden}/appeal", "can_appeal", "theirs hide-by-administrator"),
    ("{appeal}/answer", "can_answer_appeal", "theirs hide-by-debate_moderator"),
]
TABLE = {(rule, words): letters for rule, words, letters in _rows()}


@pytest.mark.parametrize(("form", "rule", "words"), FORMS, ids=lambda part: part)
async def test_form_sent_empty(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient, form: str, rule: str, words: str
) -> None:
    """Nobody of the cast has argued but the member and the author, so no interest stands in the way."""
    places = await _arrange(scene, browser_of)
    found, expected = {}, {}
    for actor, letter in zip(ACTORS, TABLE[rule, words], strict=True):
        own = f"/debates/mill/annotations/{places[actor]}" if actor in places else places["theirs"]
        name = actor if actor != VISITOR_NAME else "author"
        url = form.format(**{**places, "own": own, "name": name})
        browser = client if actor == VISITOR_NAME else await browser_of(scene.cast[actor])
        found[actor] = (await browser.post(url, data={})).status_code
        is_elsewhere = actor == "other_moderator" and form.startswith("{appeal}")  # Not in the debates that they see.
        expected[actor] = 404 if is_elsewhere else STATUSES[letter]
    assert found == expected


async def _arrange(scene: Scene, browser_of: BrowserOf) -> dict[str, str]:
    """Something by each of the cast, the author's, a hiding, and an appeal against it."""
    places = {}
    for name, person in scene.cast.items():
        places[name] = str((await make_annotation(scene.db, scene.debate, person, f"By {name}.")).id)
    await scene.db.commit()
    moderator = await browser_of(scene.cast["debate_moderator"])
    further = await make_annotation(scene.db, scene.debate, scene.cast["author"], "Hidden with the other.")
    await scene.db.commit()
    for url in (f"/debates/mill/annotations/{further.id}", scene.annotation_url):
        await moderator.post(f"{url}/hide", data=decision())
    made = (await scene.db.scalars(select(Decision.id).order_by(Decision.id.desc()))).first()
    for each in await scene.db.scalars(select(Decision).where(Decision.annotation_id.is_not(None))):
        each.batch_id = "all"
    await scene.db.commit()
    author = await browser_of(scene.cast["author"])
    await author.post(f"/decisions/{made}/appeal", data={"words": "Nobody is attacked by a question about a count."})
    appeal = (await scene.db.scalars(select(Appeal.id))).one()
    more = {
        "theirs": scene.reply_url, "by_host": f"/debates/mill/annotations/{places['host']}",
        "hidden": f"/decisions/{made}", "appeal": f"/moderation/appeals/{appeal}",
    }  # fmt: skip
    return places | more
