"""Finds a permission group by id or name (docs/protocol.md §5)."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..exceptions import AiBoxRefusedError, Refusal, UnreadableError
from ..models import Dialect
from ..names import id_key, name_key
from .fields import JsonObject, identifier, mapping, objects, readable, text
from .request import Request

# A box has a handful.
_MOST_GROUPS = 1000


@dataclass(frozen=True, slots=True)
class PermissionGroup:
    """A permission group; a field that the box does not report is None."""

    # The list of nested boxes has names only.
    group_id: str | None
    name: str | None


def permission_groups_request(dialect: Dialect) -> Request:
    """Return the request for the permission groups."""
    if dialect is Dialect.FLAT:
        return Request(
            "POST",
            "/sophon/v2/face/getpermissions",
            body={"page_limit": _MOST_GROUPS, "page_index": 0},
        )
    return Request("GET", "/SophonFogSys/api/permissions")


def read_permission_groups(
    dialect: Dialect, answer: JsonObject
) -> tuple[PermissionGroup, ...]:
    """Return the permission groups; an unreadable field is unknown."""
    flat = dialect is Dialect.FLAT
    found = answer if flat else mapping(answer, "data")
    name = "permissions" if flat else "permissions_list"
    if name not in found:
        raise UnreadableError(f"no {name}")
    return tuple(map(_read_group, objects(found, name)))


def _read_group(entry: JsonObject) -> PermissionGroup:
    return PermissionGroup(
        readable(lambda: identifier(entry, "permission_id")),
        # One page misspells it.
        readable(lambda: text(entry, "permission_name", "permssion_name", "name")),
    )


def find_group(groups: Iterable[PermissionGroup], called: str) -> PermissionGroup:
    """Return the group with an id or name.

    It may be unlisted where the box lists no ids. Otherwise, raises
    `AiBoxRefusedError`.
    """
    listed = tuple(groups)
    for group in listed:
        if id_key(group.group_id) == id_key(called):
            return group
    for group in listed:
        if name_key(group.name) == name_key(called):
            return group
    if any(group.group_id is None for group in listed):
        return PermissionGroup(called, called)
    raise AiBoxRefusedError("unlisted", "", Refusal.GROUP_UNKNOWN)
