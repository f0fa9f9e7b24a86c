"""The pages on which people write: what they explain, ask for, keep and refuse."""

from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient

from app.models import Action, Sanction, SanctionKind
from app.rate_limits import LEVEL_LIMITS, POST_ARGUMENT
from app.trust_levels import TrustLevel
from tests.arguments.stage import CLAIM, GROUNDS, SCRIPT, Stage, new_claim
from tests.factories import make_argument

HUGE = 2**63


async def test_form_keeps_the_target_in_view_and_chooses_nothing(stage: Stage) -> None:
    page = (await stage.page.get(f"{stage.parent_url}/reply")).text
    assert stage.parent.claim in page
    assert "Because it does." in page
    assert "checked" not in page
    assert "denies that it speaks for “Side 1”" in page


async def test_address_chooses_the_relation(stage: Stage) -> None:
    page = (await stage.page.get(f"{stage.parent_url}/reply?relation=undercut")).text
    assert page.count("checked") == 1
    assert 'value="undercut" checked' in page


async def test_deeper_down_an_undercut_attacks_the_step_to_the_argument_above(stage: Stage) -> None:
    reply = await stage.posted()
    page = (await stage.page.get(f"{stage.url}/arguments/{reply.id}/reply")).text
    assert "denies that it bears on the argument above it" in page


async def test_address_chooses_the_position(stage: Stage) -> None:
    page = (await stage.page.get(f"{stage.url}/arguments/new?position=side-2")).text
    assert 'value="side-2" checked' in page
    assert page.count("checked") == 1


async def test_visitor_is_led_to_sign_in_and_back(stage: Stage, client: AsyncClient) -> None:
    answer = await client.get(f"{stage.parent_url}/reply?relation=rebut")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next={stage.parent_url}/reply%3Frelation%3Drebut"


async def test_text_of_somebody_whose_session_ended_is_handed_back(stage: Stage, client: AsyncClient) -> None:
    answer = await stage.reply(client, quote="feeds the town")
    assert answer.status_code == 401
    for text in (CLAIM, GROUNDS, "feeds the town"):
        assert text in answer.text
    script = await stage.reply(client, headers=SCRIPT)
    assert (script.status_code, script.headers["hx-retarget"]) == (401, "#notices")
    assert "hx-redirect" not in script.headers
    assert 'target="_blank"' in script.text


@pytest.mark.parametrize(("field", "value", "sentence"), [
    ("relation", None, "Choose one of the three."),
    ("relation", "deny", "Choose one of the three."),
    ("claim", "", "This is needed."),
    ("claim", "   ", "Please write at least 10 characters."),
    ("claim", "Too short", "Please write at least 10 characters."),
    ("claim", "x" * 281, "At most 280 characters fit here; this has 281."),
    ("claim", "x" * 100_000, "At most 280 characters fit here; this has 100,000."),
    ("claim", "The mill is loud. It is old too.", "This has 2 sentences"),
    ("claim", "👍👍👍👍👍👍👍👍👍👍👍👍", "Please say it in words."),
    ("claim", "\u200b" * 12, "Please say it in words."),
    ("claim", "The mill\0 feeds the town.", "a character that cannot be stored"),
    ("grounds", "Too short.", "Please write at least 20 characters."),
    ("grounds", "x" * 10_001, "At most 10,000 characters fit here; this has 10,001."),
    ("grounds", "x" * 100_000, "At most 10,000 characters fit here; this has 100,000."),
    ("quote", "feeds the whole town", "The nearest are"),
    ("quote", "x" * 1_001, "At most 1,000 characters fit here"),
    ("passage", "one", "This cannot be read."),
    ("passage", str(HUGE), "This cannot be read."),
    ("idempotency_key", None, "please send it again"),
    ("idempotency_key", "?", "please send it again"),
])  # fmt: skip
async def test_wrong_field_is_named_and_text_kept(wide_stage: Stage, field: str, value: str, sentence: str) -> None:
    answer = await wide_stage.reply(**{field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'role="alert" tabindex="-1" autofocus' in answer.text
    assert "<title>Error: Reply" in answer.text
    for name, text in {"claim": CLAIM, "grounds": GROUNDS}.items():
        if name != field:
            assert text in answer.text
    if field in ("claim", "grounds", "quote"):
        assert f'aria-describedby="{field}-hint {field}-error" aria-invalid="true"' in answer.text
    assert await wide_stage.count(depth=1) == 0


async def test_words_at_several_places_are_asked_about(stage: Stage) -> None:
    answer = await stage.reply(quote="The")
    assert answer.status_code == 422
    assert answer.text.count('name="place"') == 2
    assert '<mark class="passage">The</mark> river needs' in answer.text
    start = answer.text.rpartition('name="place" value="')[2].partition('"')[0]
    reply = await stage.posted(quote="The", place=start)
    page = (await stage.page.get(f"{stage.url}/arguments/{reply.id}")).text
    assert '<mark class="passage">The</mark> river needs' in page


async def test_wrong_fields_come_back_as_the_form_alone_for_script(stage: Stage) -> None:
    answer = await stage.reply(headers=SCRIPT, claim="")
    assert answer.status_code == 422
    assert answer.text.lstrip().startswith("<form")
    assert GROUNDS in answer.text


async def test_preview_shows_what_will_be_posted(stage: Stage) -> None:
    grounds = "Of forty, **nine** are left.\n\n- [a list](https://example.org)\n- <b>escaped</b>"
    fields = {"grounds": grounds, "quote": "feeds the town", "relation": "undercut"}
    preview = await stage.reply(act="preview", **fields)
    assert preview.status_code == 200
    assert await stage.count(depth=1) == 0
    assert preview.text.index("Preview: nothing is posted yet") < preview.text.index('name="claim"')
    reply = await stage.posted(**fields)
    page = (await stage.page.get(f"{stage.url}/arguments/{reply.id}")).text
    text = _between(page, '<div class="prose" dir="auto" data-quotable>', "</div>")
    assert _between(preview.text, '<div class="prose" dir="auto">', "</div>") == text
    assert "<strong>nine</strong>" in text
    assert _between(preview.text, "<blockquote>", "</blockquote>") == _between(page, "<blockquote>", "</blockquote>")
    assert 'data-side="2"' in preview.text


def _between(page: str, begin: str, end: str) -> str:
    """The last such part: on a form page the target comes first."""
    return page.rpartition(begin)[2].partition(end)[0]


async def test_preview_for_script_is_the_form_as_it_is_now(stage: Stage) -> None:
    wrong = await stage.reply(headers=SCRIPT, act="preview", claim="")
    assert wrong.status_code == 422
    assert 'href="#claim"' in wrong.text
    assert 'id="claim-error"' in wrong.text
    answer = await stage.reply(headers=SCRIPT, act="preview")
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "<strong>nine</strong>" in answer.text
    assert "field-error" not in answer.text


async def test_hidden_parent_takes_no_reply(stage: Stage) -> None:
    await stage.decide(stage.parent, Action.HIDE)
    for answer in (await stage.page.get(f"{stage.parent_url}/reply"), await stage.reply()):
        assert answer.status_code == 403
        assert "hidden" in answer.text
        assert stage.parent.claim not in answer.text


async def test_locked_thread_takes_no_reply_at_any_depth(stage: Stage) -> None:
    reply = await stage.posted()
    await stage.decide(stage.parent, Action.LOCK)
    answers = [
        await stage.reply(),
        await stage.author_page.post(f"{stage.url}/arguments/{reply.id}/replies", data=stage.fields()),
    ]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert CLAIM in answers[0].text


@pytest.mark.parametrize("kind", list(SanctionKind))
async def test_silenced_and_suspended_people_cannot_write(stage: Stage, kind: SanctionKind) -> None:
    decision = await stage.decide(stage.parent, Action.SILENCE)
    until = datetime.now(UTC) + timedelta(days=1)
    stage.db.add(Sanction(user_id=stage.member.id, kind=kind, decision_id=decision.id, until=until))
    await stage.db.commit()
    answer = await stage.reply()
    assert answer.status_code == 403
    assert CLAIM in answer.text


async def test_withdrawn_parent_can_still_be_answered(stage: Stage) -> None:
    await stage.author_page.post(f"{stage.parent_url}/withdraw")
    await stage.posted()
    assert await stage.wrong_counts() == []


async def test_too_many_are_refused_with_the_text(stage: Stage) -> None:
    await make_argument(stage.db, stage.debate, stage.member, position=stage.sides[0])
    await stage.db.commit()
    for _ in range(LEVEL_LIMITS[TrustLevel.BASIC][POST_ARGUMENT].hits):
        await stage.posted(claim=new_claim())
    answer = await stage.reply()
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert GROUNDS in answer.text
    script = await stage.reply(headers=SCRIPT)
    assert (script.status_code, script.headers["hx-retarget"]) == (429, "#notices")


@pytest.mark.parametrize("path", [
    "arguments/999999/reply", f"arguments/{HUGE}/reply", "arguments/0/reply", "arguments/one/reply",
    "arguments/999999/edit", "arguments/999999/history", "arguments/999999/withdraw", f"arguments/{HUGE}/history",
])  # fmt: skip
async def test_unknown_ids_are_not_found(stage: Stage, path: str) -> None:
    assert (await stage.page.get(f"{stage.url}/{path}")).status_code == 404
    other = path.replace("reply", "replies")
    if not path.endswith("history"):
        assert (await stage.page.post(f"{stage.url}/{other}", data=stage.fields())).status_code == 404


async def test_odd_queries_are_answered(stage: Stage) -> None:
    for query in ("relation=deny", f"passage={HUGE}", "passage=x", "passage=-1"):
        assert (await stage.page.get(f"{stage.parent_url}/reply?{query}")).status_code == 422
    assert (await stage.page.get(f"{stage.parent_url}/reply?passage=999")).status_code == 200
    assert (await stage.page.get(f"{stage.url}/arguments/new?position=nowhere")).status_code == 200


async def test_argument_of_another_debate_is_not_found(stage: Stage) -> None:
    reply = await make_argument(stage.db, stage.debate, stage.author, parent=stage.parent)
    await stage.db.commit()
    assert (await stage.page.get(f"/debates/other/arguments/{reply.id}/reply")).status_code == 404
