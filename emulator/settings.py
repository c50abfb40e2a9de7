"""The configuration values that the API of a box changes (docs/protocol.md §3)."""

from collections.abc import Callable, Mapping

from .arguments import object_argument, required
from .dialect import Call
from .errors import ApiError
from .model import JsonValue
from .state import BoxState

# Returns whether the box accepts a value.
type Check = Callable[[JsonValue], bool]

# The values that are written: the attribute of `Settings`, and a check.
Items = Mapping[str, tuple[str, Check]]


def one_of(*values: JsonValue) -> Check:
    """Accept the values that a page lists."""
    return lambda value: value in values


def is_text(value: JsonValue) -> bool:
    """Accept any text."""
    return isinstance(value, str)


PASS_MODES = one_of("normal", "allpass", "allforbidden")


def change(state: BoxState, call: Call, items: Items) -> tuple[list[str], list[str]]:
    """Store the values in a request; return the changed and the failed names."""
    if state.variant.settings_call_missing:
        raise ApiError("NOT_FOUND", "Configs")
    changed: list[str] = []
    failed: list[str] = []
    wanted = object_argument(required(call.body, "config_dict"), "config_dict")
    for name, value in wanted.items():
        if name not in items:
            # Some of them restart a box or empty its database.
            state.report(f"the setting {name} was written")
            failed.append(name)
            continue
        attribute, accepts = items[name]
        if not accepts(value):
            failed.append(name)
            continue
        if not state.variant.ignores_settings:
            setattr(state.settings, attribute, value)
        changed.append(name)
    return changed, failed
