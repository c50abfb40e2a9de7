"""What was stored when a person was enrolled (PROTOCOL §1): personal data, and whatever else a box puts there."""

from collections.abc import Mapping

import orjson

from .fields import JsonObject, mapping

# It is remembered with every recognition, and the recorder keeps no event of more than 32 kB.
_LARGEST = 8 * 1024
_LONGEST_TEXT = 255
_DEEPEST = 4


def read_identity_info(data: JsonObject) -> JsonObject:
    """Return the details; nothing where there are far too many."""
    details = _plain(mapping(data, "identity_info"), _DEEPEST)
    return details if len(orjson.dumps(details)) <= _LARGEST else {}


def _plain(details: Mapping[str, object], depth: int) -> dict[str, object]:
    """Return details without what could be a picture or a feature vector: long texts, rows of numbers."""
    plain: dict[str, object] = {}
    for key, value in details.items():
        if isinstance(value, dict):
            if depth > 1:
                plain[key] = _plain(value, depth - 1)
        elif isinstance(value, list):
            plain[key] = [
                item for item in value if isinstance(item, str) and _is_short(item)
            ]
        elif _is_short(value):
            plain[key] = value
    return plain


def _is_short(value: object) -> bool:
    return not isinstance(value, str) or len(value) <= _LONGEST_TEXT
