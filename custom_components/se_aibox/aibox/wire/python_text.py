"""Reads Python's own text of an object as JSON (docs/protocol.md §6).

A box whose program prints an object into form data sends it. It is never evaluated.
"""

import re
import sys

# A single-quoted or double-quoted text, or a word. An open text ends with the whole, so
# that nothing is read twice: it may be a picture of megabytes.
_TOKEN = re.compile(
    r"'([^'\\]*+(?:\\.[^'\\]*+)*+)'?"
    r'|"([^"\\]*+(?:\\.[^"\\]*+)*+)"?'
    r"|True|False|None",
    re.DOTALL,
)
_WORDS = {"True": "true", "False": "false", "None": "null"}
# An escape that JSON lacks or does not need, any other one, or a bare quote.
_ESCAPE = re.compile(
    r"\\x(?P<byte>[0-9a-fA-F]{2})|\\U(?P<code>[0-9a-fA-F]{8})|\\(?P<quote>')"
    r"|\\.|(?P<bare>\")",
    re.DOTALL,
)
# A push has some dozens of these. Each takes a moment.
_SLOW = ("'", '"', "\\", *_WORDS)
_MOST_SLOW = 1000


def json_of(text: str) -> str:
    """Return JSON for Python's text of an object, other texts unchanged."""
    if not text.startswith("{'") or sum(map(text.count, _SLOW)) > _MOST_SLOW:
        return text
    return _TOKEN.sub(_token, text)


def _token(match: re.Match[str]) -> str:
    single, double = match.groups()
    content = double if single is None else single
    if content is None:
        return _WORDS[match[0]]
    if "\\" in content or '"' in content:
        content = _ESCAPE.sub(_escape, content)
    return f'"{content}"'


def _escape(match: re.Match[str]) -> str:
    if byte := match["byte"]:
        return f"\\u00{byte}"
    if code := match["code"]:
        number = int(code, 16)
        return chr(number) if number <= sys.maxunicode else match[0]
    if match["bare"]:
        return '\\"'
    return match["quote"] or match[0]
