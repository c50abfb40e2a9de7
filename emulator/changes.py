"""Change a JSON object: merge fields into it, or remove them."""

from collections.abc import Iterable, Mapping
import copy

from .model import JsonObject, JsonValue


def merge(target: JsonObject, changes: Mapping[str, JsonValue]) -> None:
    """Merge changes into an object, level by level."""
    for key, value in changes.items():
        old = target.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            merge(old, value)
        else:
            target[key] = copy.deepcopy(value)


def remove(target: JsonObject, paths: Iterable[str]) -> None:
    """Remove dotted keys if they exist."""
    for path in paths:
        *parents, last = path.split(".")
        inner: JsonValue = target
        for parent in parents:
            inner = inner.get(parent) if isinstance(inner, dict) else None
        if isinstance(inner, dict):
            inner.pop(last, None)
