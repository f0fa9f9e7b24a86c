"""Ink for pictures: classes on pages, where the stylesheet knows light, dark and paper; plain colours in files."""

from functools import cache

from markupsafe import Markup

_INK, _SOFT, _RULE, _PAPER = "#2b2822", "#5b564d", "#d8d4ca", "#fdfcf9"
_SIDES = {0: _SOFT, 1: "#0d6560", 2: "#7b5416", 3: "#734f7e", 4: "#4c6420", 5: "#4b5a92"}
_DASHES = {1: "", 2: "8 5", 3: "2 5", 4: "12 4 2 4", 5: "1 7"}
_FONT = """font-family="'Source Serif 4 SemiBold', 'Source Serif 4', Georgia, serif" font-weight="600\""""
_TEXT = f'fill="{_INK}" {_FONT}'
_FIXED = {
    "map": f'fill="none" stroke="{_INK}" width="1200"',
    "flow": 'fill="none" width="1200"',
    "axis": f'stroke="{_RULE}" stroke-width="1"',
    "map-name": f'{_TEXT} stroke="{_PAPER}" stroke-width="5" paint-order="stroke" font-size="38" text-anchor="middle"',
    "flow-name": f'fill="{_PAPER}" {_FONT} font-size="20" text-anchor="middle"',
    "tree-words": f'{_TEXT} font-size="16"',
    "tree-count": f'fill="{_SOFT}" {_FONT} font-size="15" text-anchor="middle"',
    "tree-letter": f'fill="{_PAPER}" {_FONT} font-size="20" text-anchor="middle"',
    "tree-sign": f'fill="none" stroke="{_INK}" stroke-width="1.8"',
    "tree-zoom": 'fill="none"',
    "tree-more": f'fill="none" stroke="{_SOFT}" stroke-dasharray="3 4"',
    "tree-gone": f'fill="none" stroke="{_RULE}" stroke-dasharray="6 4"',
    "tree-track": f'fill="{_RULE}"',
    "tree-meter": f'fill="{_SOFT}"',
}


@cache
def page_paint(name: str, is_strong: bool = False) -> Markup:
    """A class of static/css/components/picture.css; “dots-2” is of the class “dots” with the mark 2."""
    kind, _, mark = name.rpartition("-")
    if not mark.isdecimal():
        return Markup('class="picture-{}"').format(name)
    strong = " is-strong" if is_strong else ""
    return Markup('class="picture-{}{}" data-mark="{}"').format(kind, strong, mark)


@cache
def file_paint(name: str, is_strong: bool = False) -> Markup:
    """Attributes that any program draws alike."""
    kind, _, mark = name.rpartition("-")
    attributes = _FIXED[name] if name in _FIXED else _marked(kind, int(mark), is_strong=is_strong)
    return Markup(attributes)  # noqa: S704  (all of it stands above)


def _marked(kind: str, mark: int, *, is_strong: bool) -> str:
    match kind:
        case "hull":
            line = f'stroke="{_SOFT}" stroke-width="2" stroke-dasharray="{_DASHES[mark] or "none"}"'
            return f'fill="{_INK}" fill-opacity="0.06" {line}'
        case "dots":
            ink = _INK if mark else "#9a958a"
            cap = "square" if mark == 2 else "round"
            width = {0: 6, 1: 8, 2: 6, 5: 2.5}.get(mark, 1)
            fill = ink if mark in (3, 4) else "none"
            return f'fill="{fill}" stroke="{ink}" stroke-width="{width}" stroke-linecap="{cap}"'
        case "ribbon":
            return f'fill="{_SIDES[mark]}" fill-opacity="{0.6 if is_strong else 0.25}"'
        case "tree-cell":
            return f'fill="{_SIDES[mark]}" fill-opacity="0.1" stroke="{_PAPER}"'
        case "tree-edge":
            return f'fill="url(#side-{mark})"'
        case "tree-line":
            return f'fill="none" stroke="{_SIDES[mark]}" stroke-width="3"'
        case _:
            return f'fill="{_SIDES[mark]}"'
