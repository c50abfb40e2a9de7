"""The pictures of an emulated box, drawn from their subjects."""

from .appearance import attributes_of
from .paint import Drawing, Painted, forget_canvases, paint
from .signature import is_foreign, mark_of, subject_of
from .studio import Studio

__all__ = [
    "Drawing",
    "Painted",
    "Studio",
    "attributes_of",
    "forget_canvases",
    "is_foreign",
    "mark_of",
    "paint",
    "subject_of",
]
