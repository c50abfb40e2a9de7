"""The features of a drawn person."""

from dataclasses import dataclass
from typing import Literal

from .colors import Color

type Gender = Literal["male", "female"]
type Age = Literal["juvenile", "youth", "middle-aged", "aged"]
type HairStyle = Literal[
    "short",
    "side",
    "spiky",
    "buzz",
    "mohawk",
    "bald",
    "curly",
    "afro",
    "bob",
    "long",
    "bun",
    "ponytail",
    "braids",
]
type Headwear = Literal["none", "cap", "beanie", "helmet", "brim", "scarf"]
type Clothes = Literal["plain", "striped", "hood", "collar", "suit", "vest"]
type Glasses = Literal["none", "round", "square", "dark"]
type Beard = Literal["none", "full", "goatee", "mustache"]


@dataclass(frozen=True, slots=True)
class Appearance:
    """The features that distinguish faces."""

    gender: Gender
    age: Age
    skin: Color
    hair: Color
    hair_style: HairStyle
    shirt: Color
    # The background behind the face, the same at every place.
    backdrop: Color
    # Of the glasses, of the headwear and of the tie.
    accent: Color
    clothes: Clothes = "plain"
    headwear: Headwear = "none"
    glasses: Glasses = "none"
    beard: Beard = "none"
    eyes: Color = (62, 44, 34)
    smile: float = 0.6
    face_width: float = 1.0
    freckles: bool = False
    earrings: bool = False
