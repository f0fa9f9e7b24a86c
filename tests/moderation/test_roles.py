"""The rules over HTTP: exact statuses for everybody, allowed and refused.

y: the status of the row; n: 403; s: to the sign-in page; -: 404. A 422 means: allowed, but the form was empty.
"""

from typing import Any

import pytest
from httpx import AsyncClient

from app.models import DebateState
from tests.cast import NAMES
from tests.moderation.conftest import SECRET, BrowserOf, Scene, decision, flag

ACTORS = (
    "visitor", "newcomer", "member", "author", "debate_moderator", "other_moderator", "host", "site_moderator",
    "administrator", "silenced", "suspended",
)  # fmt: skip

TABLE = """
                                                vis new mem aut dmo omo hos smo adm sil sus
GET  200 /debates/mill                           y   y   y   y   y   y   y   y   y   y   y
GET  200 /debates/dam                            -   -   -   -   -   -   -   -   y   -   -
GET  200 /debates/mill/log                       y   y   y   y   y   y   y   y   y   y   y
GET  200 {reply}                                 y   y   y   y   y   y   y   y   y   y   y
GET  200 {reply}/flag                            s   y   y   n   y   y   y   y   y   y   n
POST 422 {reply}/flag                            s   y   y   n   y   y   y   y   y   y   n
POST 303 {reply}/unflag                          s   y   y   y   y   y   y   y   y   y   y
GET  200 {note}/flag                             s   y   y   n   y   y   y   y   y   y   n
GET  200 {reply}/moderate                        s   n   n   n   y   n   y   y   y   n   n
GET  200 {note}/moderate                         s   n   n   n   y   n   y   y   y   n   n
POST 422 {reply}/hide                            s   n   n   n   y   n   y   y   y   n   n
POST 422 {note}/hide                             s   n   n   n   y   n   y   y   y   n   n
GET  200 {reply}/lock                            s   n   n   n   y   n   y   y   y   n   n
POST 422 {reply}/lock                            s   n   n   n   y   n   y   y   y   n   n
GET  200 /moderation                             s   n   n   n   y   y   y   y   y   n   n
GET  200 /moderation/cases/{case}                s   n   n   n   y   -   y   y   y   n   n
POST 422 /moderation/cases/{case}/decide         s   n   n   n   y   -   y   y   y   n   n
GET  200 {decision}                              y   y   y   y   y   y   y   y   y   y   y
GET  200 {decision}/undo                         s   y   y   y   y   y   y   y   y   y   y
POST 422 {decision}/undo                         s   n   n   n   n   n   n   y   y   n   n
GET  200 /people/author/restrict                 s   n   n   n   n   n   n   y   y   n   n
POST 422 /people/author/restrict                 s   n   n   n   n   n   n   y   y   n   n
GET  200 /people/site_moderator/restrict         s   n   n   n   n   n   n   n   y   n   n
GET  200 /account                                s   y   y   y   y   y   y   y   y   y   y
"""
_STATUS = {"n": 403, "s": 303, "-": 404}


@pytest.fixture
async def places(scene: Scene, browser_of: BrowserOf) -> dict[str, Any]:
    """A flagged reply, a note that a site moderator has hidden, and a debate that only its host would see."""
    await flag(await browser_of(scene.cast["member"]), scene.reply_url)
    moderator = await browser_of(scene.cast["site_moderator"])
    root_url = f"/debates/mill/arguments/{scene.root.id}"
    made = await moderator.post(f"{root_url}/hide", data=decision())
    return {
        "reply": scene.reply_url,
        "note": scene.annotation_url,
        "case": (await scene.open_case()).id,
        "decision": made.headers["location"].partition("?")[0],
    }


async def test_everybody_gets_their_answer(
    scene: Scene, places: dict[str, Any], browser_of: BrowserOf, client: AsyncClient
) -> None:
    browsers = {name: await browser_of(scene.cast[name]) for name in NAMES} | {"visitor": client}
    dam = await scene.fresh_debate("dam")
    dam.state = DebateState.DRAFT
    await scene.db.commit()
    wrong = []
    for line in TABLE.strip().splitlines()[1:]:
        method, allowed, path, *letters = line.split()
        for name, letter in zip(ACTORS, letters, strict=True):
            answer = await browsers[name].request(method, path.format(**places))
            expected = _STATUS.get(letter, int(allowed))
            is_sign_in = answer.headers.get("location", "").startswith("/sign-in")
            if answer.status_code != expected or is_sign_in != (letter == "s"):
                wrong.append(f"{line.split(' y ')[0]}: {name} got {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "is_shown"),
    [
        ("visitor", False), ("member", False), ("other_moderator", False), ("silenced", False), ("suspended", False),
        ("author", True), ("debate_moderator", True), ("host", True), ("site_moderator", True), ("administrator", True),
    ],
)  # fmt: skip
async def test_hidden_text_is_shown_to_its_author_and_moderators_alone(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient, name: str, is_shown: bool
) -> None:
    moderator = await browser_of(scene.cast["site_moderator"])
    assert (await moderator.post(f"{scene.reply_url}/hide", data=decision())).status_code == 303
    browser = client if name == "visitor" else await browser_of(scene.cast[name])
    page = await browser.get(scene.reply_url)
    assert page.status_code == 200
    assert (SECRET in page.text) == is_shown
