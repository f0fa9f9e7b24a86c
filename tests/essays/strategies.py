"""Markdown that exercises every construct, whole or broken."""

from hypothesis import strategies as st

BLOCKS = ["# ", "## ", "> ", "- ", "1. ", "7) ", "    ", "```\n", "---\n", "===\n", "| a | b |\n|---|---|\n| c | d |\n"]
INLINES = ["`", "*", "**", "_", "~~", "[", "](", ")", "![", "](https://example.org/a)", "](javascript:alert)"]
BREAKS = ["\n", "\n\n", "  \n", "\\\n", "\r\n", "\u2028", "\u2029", "\x0b", "\t", " "]
OTHERS = [
    "<https://example.org>",
    "<b>",
    "</b>",
    "&amp;",
    "&#x301;",
    "&#0;",
    "&nbsp;",
    "\\",
    "[x]: http://x.org\n",
    "[x]",
]
LETTERS = [
    "a",
    "Be",
    "é",
    "e\u0301",
    "\u0301",
    "\u0338",
    "=",
    "😀",
    "👩\u200d👩\u200d👧",
    "中文。",
    "שלום",
    "한",
    "ᄒ",
    "\u1161",
]

_fragments = st.sampled_from([*BLOCKS, *INLINES, *BREAKS, *OTHERS, *LETTERS])
markdown = st.lists(_fragments | st.text(max_size=5), max_size=40).map("".join)
