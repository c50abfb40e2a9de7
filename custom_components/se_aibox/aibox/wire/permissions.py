"""Finds a permission group by id or name (docs/protocol.md §5)."""

from collections.abc import Iterable
from functools import partial

from ..enrolled import PermissionGroup
from ..exceptions import UnreadableError
from ..models import Dialect
from ..names import id_key, name_key
from .fields import JsonObject, identifier, mapping, objects, readable, text
from .request import Request

# A box has a handful.
_MOST_GROUPS = 1000


def permission_groups_request(dialect: Dialect, name: str | None = None) -> Request:
    """Return the request for the permission groups, or for those with a name."""
    if dialect is Dialect.FLAT:
        body: dict[str, object] = {"page_limit": _MOST_GROUPS, "page_index": 0}
        if name is not None:
            body["permission_name"] = name
        return Request("POST", "/sophon/v2/face/getpermissions", body=body)
    # No page describes this call, but the vendor's sample client makes it. The one that
    # is described lists no ids.
    return Request(
        "GET",
        "/SophonFace/api/permissions",
        {} if name is None else {"info.name": name, "exact": "true"},
    )


def permission_names_request(dialect: Dialect) -> Request | None:
    """Return the request for the names alone, None where ids are documented."""
    if dialect is Dialect.FLAT:
        return None
    return Request("GET", "/SophonFogSys/api/permissions")


def read_permission_names(answer: JsonObject) -> tuple[PermissionGroup, ...]:
    """Return the permission groups of a box that lists no ids."""
    entries = objects(mapping(answer, "data"), "permissions_list")
    names = (readable(partial(text, entry, "name")) for entry in entries)
    return tuple(PermissionGroup(None, name) for name in names if name)


def read_permission_groups(
    dialect: Dialect, answer: JsonObject
) -> tuple[PermissionGroup, ...]:
    """Return the permission groups; skip those without an id or a name."""
    flat = dialect is Dialect.FLAT
    name = "permissions" if flat else "data"
    if name not in answer:
        raise UnreadableError(f"no {name}")
    read = _read_flat if flat else _read_nested
    entries = objects(answer, name)
    return tuple(filter(None, (readable(partial(read, entry)) for entry in entries)))


def _read_flat(entry: JsonObject) -> PermissionGroup | None:
    # The page misspells the name in one place.
    return _group(
        identifier(entry, "permission_id"),
        text(entry, "permission_name", "permssion_name"),
    )


def _read_nested(entry: JsonObject) -> PermissionGroup | None:
    return _group(identifier(entry, "_id"), text(mapping(entry, "info"), "name"))


def _group(group_id: str | None, name: str | None) -> PermissionGroup | None:
    return PermissionGroup(group_id, name) if group_id and name else None


def find_group(
    groups: Iterable[PermissionGroup], called: str
) -> PermissionGroup | None:
    """Return the group with an id, else with a name."""
    listed = tuple(groups)
    by_id = (one for one in listed if id_key(one.group_id) == id_key(called))
    by_name = (one for one in listed if name_key(one.name) == name_key(called))
    return next(by_id, None) or next(by_name, None)
