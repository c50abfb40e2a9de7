"""Where a box lists its people, and such lists."""

from custom_components.se_aibox.aibox.models import Dialect
from emulator.model import JsonObject, JsonValue

PATHS = {
    Dialect.NESTED: "/SophonFogSys/api/users",
    Dialect.FLAT: "/sophon/v2/face/getidentities",
}


def listing(dialect: Dialect, *people: JsonValue) -> JsonObject:
    """Return an answer that lists some people."""
    if dialect is Dialect.FLAT:
        return {"identities": [*people]}
    return {"data": {"identities_list": [*people]}}
