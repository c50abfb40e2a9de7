"""The appearance of a subject, always the same."""

from dataclasses import dataclass
from random import Random
from typing import Literal

type Color = tuple[int, int, int]
type Age = Literal["juvenile", "youth", "middle-aged", "aged"]
type HairStyle = Literal[
    "short", "bob", "long", "bun", "curly", "spiky", "bald", "side"
]

_SKINS: tuple[Color, ...] = (
    (255, 224, 196),
    (246, 205, 168),
    (232, 184, 140),
    (206, 150, 104),
    (158, 106, 70),
    (112, 72, 50),
)
_HAIRS: tuple[Color, ...] = (
    (34, 30, 34),
    (62, 42, 32),
    (112, 68, 40),
    (196, 142, 66),
    (226, 196, 122),
    (176, 72, 38),
    (158, 158, 166),
    (74, 58, 122),
)
_SHIRTS: tuple[Color, ...] = (
    (52, 104, 178),
    (198, 62, 66),
    (62, 142, 94),
    (238, 176, 60),
    (118, 82, 158),
    (44, 56, 74),
    (222, 116, 84),
    (70, 164, 176),
    (212, 122, 160),
)
_AGES: tuple[Age, ...] = ("juvenile", "youth", "middle-aged", "aged")
_EYES: tuple[Color, ...] = ((62, 44, 34), (52, 92, 140), (68, 112, 74), (96, 70, 44))
_FEMALE_STYLES: tuple[HairStyle, ...] = ("bob", "long", "bun", "curly", "side")
_MALE_STYLES: tuple[HairStyle, ...] = ("short", "spiky", "curly", "bald", "side")


@dataclass(frozen=True, slots=True)
class Appearance:
    """The features that tell faces apart."""

    skin: Color
    hair: Color
    hair_style: HairStyle
    shirt: Color
    eyes: Color
    gender: Literal["male", "female"]
    age: Age
    glasses: Literal["none", "round", "square"]
    beard: Literal["none", "full", "mustache"]
    smile: float
    face_width: float
    freckles: bool
    earrings: bool
    tie: bool
    cap: bool


def appearance_of(subject: str) -> Appearance:
    """Return the appearance of an identity id or stranger key."""
    random = Random(f"580/{subject}")
    gender: Literal["male", "female"] = random.choice(("male", "female"))
    age = random.choices(_AGES, (1, 4, 4, 1))[0]
    male = gender == "male"
    return Appearance(
        skin=random.choice(_SKINS),
        hair=(206, 206, 212) if age == "aged" else random.choice(_HAIRS),
        hair_style=random.choice(_MALE_STYLES if male else _FEMALE_STYLES),
        shirt=random.choice(_SHIRTS),
        eyes=random.choice(_EYES),
        gender=gender,
        age=age,
        glasses=random.choices(("none", "round", "square"), (5, 2, 2))[0],
        beard=random.choices(("none", "full", "mustache"), (5, 2, 2))[0]
        if male
        else "none",
        smile=random.uniform(0.25, 1.0),
        face_width=random.uniform(0.88, 1.1),
        freckles=random.random() < 0.25,
        earrings=not male and random.random() < 0.5,
        tie=male and random.random() < 0.4,
        cap=random.random() < 0.12,
    )


def attributes_of(subject: str) -> dict[str, str]:
    """Return face attributes of dialect 2.0 (docs/protocol.md §1)."""
    looks = appearance_of(subject)
    return {
        "gender": looks.gender,
        "age": looks.age,
        "glasses": "no" if looks.glasses == "none" else "yes",
        "mask": "no",
        "hat": "yes" if looks.cap else "no",
    }
