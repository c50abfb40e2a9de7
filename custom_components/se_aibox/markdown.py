"""Words of others in the texts that we compose: a name shows as it is, whatever it is made of.

Home Assistant reads notifications and the descriptions of issues and flow steps as Markdown, with HTML in it; titles
and errors it shows as they are.
"""

import re

# Line breaks, control characters, and what turns the direction of the text after it.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
# Markdown takes any ASCII punctuation after a backslash for itself.
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def one_line(text: str) -> str:
    """Return a text on a line of its own, which cannot disturb what stands around it."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def as_markdown(text: str) -> str:
    """Return Markdown that shows a text on one line, and does nothing else."""
    return _PUNCTUATION.sub(r"\\\1", one_line(text))


def in_both(**texts: str) -> dict[str, str]:
    """Return placeholders for an issue: `name` for its title, `name_markdown` for its description."""
    return {key: one_line(text) for key, text in texts.items()} | {
        f"{key}_markdown": as_markdown(text) for key, text in texts.items()
    }
