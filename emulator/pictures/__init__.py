"""The pictures an emulated box takes, drawn from who is on them."""

from .appearance import Appearance, appearance_of, attributes_of
from .paint import Drawing, Painted, paint

__all__ = [
    "Appearance",
    "Drawing",
    "Painted",
    "appearance_of",
    "attributes_of",
    "paint",
]
