"""What the style guide promises about static/css."""

import re

from app.static_files import BUNDLES, STATIC, StaticFiles

CSS = STATIC / "css"
# The whole first visit may weigh 100 kB; two fonts, htmx and a page of 200 arguments leave more than this.
STYLESHEET_BYTES = 14_000


def _rules() -> dict[str, str]:
    """Every file's text without its comments, by its name below static/css."""
    return {
        str(path.relative_to(CSS)): re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        for path in sorted(CSS.rglob("*.css"))
    }


def test_every_file_is_in_a_joined_stylesheet_once() -> None:
    rules = _rules()
    joined = "".join(rules.pop(name) for name in BUNDLES)
    imported = re.findall(r'@import url\("([^"]+)"\)', joined)
    assert sorted(imported) == sorted(rules)


def test_the_joined_stylesheet_is_light() -> None:
    stylesheet = StaticFiles()._files["site.css"]
    assert len(stylesheet.encoded["gzip"]) <= STYLESHEET_BYTES
    assert b"@import" not in stylesheet.body


def test_no_rule_shouts_or_selects_by_id() -> None:
    for name, text in _rules().items():
        assert "!important" not in text, name
        assert not re.search(r"#[A-Za-z][\w-]*[^;}]*\{", text), name


def test_colours_stand_in_the_tokens_alone() -> None:
    allowed = {"base/tokens.css", "print.css"}
    for name, text in _rules().items():
        assert name in allowed or not re.search(r"oklch\(|rgb|hsl|#[0-9a-f]{3,8}\b", text), name


def test_both_schemes_give_every_ground_ink_and_side_a_colour() -> None:
    light, dark = _rules()["base/tokens.css"].split("@media screen and (prefers-color-scheme: dark)")
    assert set(re.findall(r"(--[\w-]+): oklch", light)) == set(re.findall(r"(--[\w-]+): oklch", dark))
