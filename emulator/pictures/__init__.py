"""The pictures of an emulated box, drawn from their subjects."""

from .appearance import attributes_of
from .paint import Drawing, Painted, paint
from .signature import is_foreign, subject_of
from .studio import Studio

__all__ = [
    "Drawing",
    "Painted",
    "Studio",
    "attributes_of",
    "is_foreign",
    "paint",
    "subject_of",
]
