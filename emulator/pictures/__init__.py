"""The pictures of an emulated box, drawn from their subjects."""

from .casting import STRANGER_COUNT, attributes_of, stranger_subject
from .paint import Drawing, Painted, forget_canvases, paint
from .signature import is_foreign, mark_of, subject_of
from .studio import Studio

__all__ = [
    "STRANGER_COUNT",
    "Drawing",
    "Painted",
    "Studio",
    "attributes_of",
    "forget_canvases",
    "is_foreign",
    "mark_of",
    "paint",
    "stranger_subject",
    "subject_of",
]
