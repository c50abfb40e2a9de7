"""Reads Python's own text of an object as JSON (docs/protocol.md §6).

A box whose program prints an object into form data sends it. It is never evaluated.
"""

import re

# A single-quoted or double-quoted text, or a word. An open text ends with the whole, so
# that nothing is read twice: it may be a picture of megabytes.
_TOKEN = re.compile(
    r"'([^'\\]*+(?:\\.[^'\\]*+)*+)'?"
    r'|"([^"\\]*+(?:\\.[^"\\]*+)*+)"?'
    r"|True|False|None",
    re.DOTALL,
)
_WORDS = {"True": "true", "False": "false", "None": "null"}
# An escape that JSON lacks or does not need, or a bare quote.
_ESCAPE = re.compile(r"\\x([0-9a-fA-F]{2})|\\(')|\\(.)|(\")", re.DOTALL)
# A push has some dozens. Each takes a moment.
_MOST_QUOTES = 1000


def json_of(text: str) -> str:
    """Return JSON for Python's text of an object, other texts unchanged."""
    if not text.startswith("{'") or text.count("'") + text.count('"') > _MOST_QUOTES:
        return text
    return _TOKEN.sub(_token, text)


def _token(match: re.Match[str]) -> str:
    single, double = match.groups()
    if single is None and double is None:
        return _WORDS[match[0]]
    content = single if double is None else double
    if "\\" in content or '"' in content:
        content = _ESCAPE.sub(_escape, content)
    return f'"{content}"'


def _escape(match: re.Match[str]) -> str:
    code, quote, _, bare = match.groups()
    if code is not None:
        return f"\\u00{code}"
    if quote is not None:
        return quote
    return '\\"' if bare is not None else match[0]
