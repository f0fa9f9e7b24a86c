"""Everything that can be chosen or done has its words."""

from httpx import AsyncClient

from app.models import Action, FlagReason, HouseRule
from app.settings import Settings
from app.web import make_environment


async def test_every_reason_rule_and_act_is_worded() -> None:
    words = make_environment(lambda name: name, Settings(_env_file=None)).get_template("moderation/_words.html").module
    assert list(words.house_rules) == list(HouseRule)  # type: ignore[attr-defined]
    assert list(words.flag_reasons) == list(FlagReason)  # type: ignore[attr-defined]
    assert sorted(words.acts) == sorted(words.act_names) == sorted(Action)  # type: ignore[attr-defined]


async def test_house_rules_page_has_an_anchor_for_every_rule(client: AsyncClient) -> None:
    page = (await client.get("/house-rules")).text
    assert [rule for rule in HouseRule if f'<h2 id="{rule}">' not in page] == []
