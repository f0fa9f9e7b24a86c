"""Markdown that exercises every construct, whole or broken."""

from hypothesis import strategies as st

FRAGMENTS = [
    "# ", "## ", "> ", "- ", "1. ", "7) ", "\n", "\n\n", "    ", "```\n", "`", "*", "**", "_", "~~", "[", "](", ")", "![",
    "](https://example.org/a)", "](javascript:alert)", "<https://example.org>", "<b>", "</b>", "&amp;", "&#x301;", "&#0;",
    "&nbsp;", "  \n", "\\\n", "\\", "---\n", "===\n", "| a | b |\n|---|---|\n| c | d |\n", "a", "Be", " ", "é", "e\u0301",
    "\u0301", "😀", "👩\u200d👩\u200d👧", "中文。", "שלום", "한", "\u1161", "\r\n", "\t", "\x00", "\u2028", "\ud800", "[x]: http://x.y\n",
]  # fmt: skip

markdown = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=5), max_size=40).map("".join)
