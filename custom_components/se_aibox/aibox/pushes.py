"""The body of a push as received."""

from collections.abc import Mapping

from .wire.fields import load_object

type PushFields = Mapping[str, object]


def read_push_body(body: bytes) -> PushFields:
    """Return the fields of a JSON body; raises `UnreadableError`."""
    return load_object(body)
