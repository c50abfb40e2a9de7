"""Compares names and ids, in one way everywhere."""

from collections.abc import Mapping
import re
import unicodedata

# What boxes call people who were enrolled without a name (docs/protocol.md §1).
_NO_NAME = "佚名"
# Scripts without blanks between words.
_WITHOUT_BLANKS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def name_key(name: str | None) -> str:
    """Return what equal names have in common, empty without a name.

    Case, blanks and the Unicode form of accents make no difference.
    """
    # Some keyboards and systems write an accented letter as two characters.
    folded = unicodedata.normalize("NFC", name or "").casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())


def is_part_of_name(part: str, name: str | None) -> bool:
    """Return whether a text is part of a name: whole words of it.

    In a script without blanks, any part counts.
    """
    wanted, key = name_key(part), name_key(name)
    if _WITHOUT_BLANKS.search(wanted):
        return wanted in key
    return bool(wanted) and set(wanted.split()) <= set(key.split())


def given_name(name: str | None) -> str | None:
    """Return the name of a person, or None if the box has none."""
    return None if name_key(name) in ("", _NO_NAME) else name


def person_label(
    words: Mapping[str, str], name: str | None, identity_id: str | None
) -> str:
    """Return how a text names an identity: “Tom”, or “Unnamed (10010804)”."""
    return given_name(name) or words["unnamed"].format(identity_id=identity_id)


def id_key(identity_id: str | None) -> str:
    """Return what equal ids have in common, empty without an id.

    Blanks around an id make no difference: they come from spreadsheets.
    """
    return (identity_id or "").strip()


def spellings_of_part(part: str) -> frozenset[str]:
    """Return the forms in which to search a box for a part of a name.

    A box finds parts of names, but compares bytes.
    """
    part = " ".join(part.split())
    return frozenset(form for each in (part, part.title()) for form in spellings(each))


def spellings(name: str) -> tuple[str, ...]:
    """Return the forms in which a box may store a name.

    A box compares bytes, so each form is a question of its own.
    """
    forms = (unicodedata.normalize(form, name) for form in ("NFC", "NFD"))
    return tuple(dict.fromkeys(forms))
