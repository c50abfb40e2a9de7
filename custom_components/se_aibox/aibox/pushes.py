"""What a box pushes, before its client reads it."""

from collections.abc import Mapping

from .wire.fields import load_object

type PushFields = Mapping[str, object]


def read_push_body(body: bytes) -> PushFields:
    """Return the fields of a push in JSON, or raise `UnreadableError`."""
    return load_object(body)
