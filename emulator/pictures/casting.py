"""The looks of people: the same person always looks the same."""

from random import Random
from typing import get_args

from .appearance import (
    Age,
    Appearance,
    Beard,
    Clothes,
    Gender,
    Glasses,
    HairStyle,
    Headwear,
)
from .colors import COLORS, SKINS


def _looks(
    who: tuple[Gender, Age],
    skin: str,
    hair: tuple[str, HairStyle],
    shirt: tuple[str, Clothes],
    backdrop: str,
    accent: str = "black",
    *,
    headwear: Headwear = "none",
    glasses: Glasses = "none",
    beard: Beard = "none",
    freckles: bool = False,
    earrings: bool = False,
    smile: float = 0.6,
    face_width: float = 1.0,
) -> Appearance:
    return Appearance(
        *who,
        SKINS[skin],
        *(COLORS[hair[0]], hair[1]),
        COLORS[shirt[0]],
        COLORS[backdrop],
        COLORS[accent],
        shirt[1],
        headwear,
        glasses,
        beard,
        freckles=freckles,
        earrings=earrings,
        smile=smile,
        face_width=face_width,
    )


_BOY: tuple[Gender, Age] = ("male", "youth")
_MAN: tuple[Gender, Age] = ("male", "middle-aged")
_GRANDFATHER: tuple[Gender, Age] = ("male", "aged")
_GIRL: tuple[Gender, Age] = ("female", "youth")
_WOMAN: tuple[Gender, Age] = ("female", "middle-aged")
_GRANDMOTHER: tuple[Gender, Age] = ("female", "aged")

# Drawn by chance, two of thirty look alike.
_CAST = {
    # Tom
    "12345565": _looks(
        _MAN, "light", ("chestnut", "short"), ("red", "striped"), "teal", beard="full"
    ),
    # 小明
    "666666": _looks(
        _BOY, "pale", ("black", "spiky"), ("yellow", "hood"), "sky", glasses="round"
    ),
    # 张伟
    "10010160": _looks(
        _MAN,
        "light",
        ("black", "bald"),
        ("navy", "suit"),
        "sand",
        "red",
        glasses="square",
        face_width=1.1,
    ),
    # Anna Schmidt
    "10010162": _looks(
        _GIRL,
        "pale",
        ("blond", "braids"),
        ("green", "collar"),
        "rose",
        freckles=True,
        smile=0.9,
    ),
    # 李娜
    "10010248": _looks(
        _WOMAN, "light", ("black", "bun"), ("magenta", "plain"), "mint", earrings=True
    ),
    # 王芳
    "10010376": _looks(
        _GIRL, "pale", ("black", "bob"), ("white", "striped"), "crimson", smile=0.9
    ),
    # 王芳, or 孙丽
    "10010593": _looks(
        _WOMAN,
        "light",
        ("brown", "curly"),
        ("violet", "plain"),
        "yellow",
        earrings=True,
    ),
    # 陈强
    "10010594": _looks(
        _BOY,
        "tan",
        ("black", "buzz"),
        ("black", "collar"),
        "orange",
        glasses="dark",
        beard="goatee",
        smile=0.2,
    ),
    # Viktor Kane
    "10010753": _looks(
        _BOY,
        "pale",
        ("ginger", "short"),
        ("olive", "plain"),
        "slate",
        "red",
        headwear="beanie",
        beard="full",
        smile=0.2,
    ),
    # Mei-Ling O'Connor
    "10010801": _looks(
        _WOMAN, "light", ("black", "long"), ("aqua", "collar"), "violet", smile=0.9
    ),
    # Without a name, or Omar Haddad
    "10010804": _looks(
        _MAN,
        "brown",
        ("black", "curly"),
        ("white", "suit"),
        "lilac",
        "green",
        glasses="square",
        beard="full",
    ),
    # With a very long name, or Sophie Laurent
    "10010927": _looks(
        _GRANDMOTHER,
        "pale",
        ("silver", "curly"),
        ("lilac", "collar"),
        "forest",
        "red",
        glasses="round",
        earrings=True,
    ),
    # Łukasz Żółć
    "10010930": _looks(
        _BOY,
        "pale",
        ("blond", "side"),
        ("orange", "hood"),
        "navy",
        freckles=True,
        smile=0.9,
    ),
    # 赵敏
    "10011074": _looks(
        _WOMAN,
        "light",
        ("brown", "ponytail"),
        ("sky", "suit"),
        "peach",
        "magenta",
        glasses="round",
    ),
}
_STRANGERS = (
    _looks(
        _MAN,
        "tan",
        ("black", "short"),
        ("gray", "hood"),
        "lime",
        "red",
        headwear="cap",
        beard="mustache",
        smile=0.3,
    ),
    _looks(
        _GIRL,
        "dark",
        ("black", "afro"),
        ("yellow", "plain"),
        "violet",
        earrings=True,
        smile=0.9,
    ),
    _looks(_BOY, "brown", ("lime", "mohawk"), ("black", "plain"), "rose", smile=0.3),
    _looks(_GIRL, "pale", ("magenta", "bob"), ("black", "hood"), "lime"),
    _looks(
        _GRANDFATHER,
        "pale",
        ("white", "bald"),
        ("brown", "collar"),
        "sky",
        glasses="square",
        beard="full",
    ),
    _looks(
        _GRANDMOTHER,
        "light",
        ("silver", "bun"),
        ("teal", "striped"),
        "crimson",
        glasses="round",
    ),
    _looks(
        _MAN,
        "dark",
        ("black", "bald"),
        ("silver", "suit"),
        "orange",
        "violet",
        beard="goatee",
    ),
    _looks(
        _WOMAN,
        "tan",
        ("black", "long"),
        ("forest", "plain"),
        "sand",
        "teal",
        headwear="scarf",
    ),
    _looks(
        _MAN,
        "light",
        ("brown", "short"),
        ("orange", "vest"),
        "gray",
        "yellow",
        headwear="helmet",
        beard="mustache",
    ),
    _looks(
        _GIRL,
        "tan",
        ("brown", "braids"),
        ("red", "striped"),
        "aqua",
        glasses="dark",
    ),
    _looks(
        _BOY,
        "pale",
        ("ginger", "afro"),
        ("green", "striped"),
        "navy",
        freckles=True,
        smile=0.9,
    ),
    _looks(
        _WOMAN,
        "brown",
        ("black", "ponytail"),
        ("blue", "plain"),
        "peach",
        "white",
        headwear="cap",
    ),
    _looks(
        _BOY,
        "dark",
        ("black", "long"),
        ("lime", "striped"),
        "red",
        glasses="round",
    ),
    _looks(
        _GIRL,
        "pale",
        ("blond", "long"),
        ("rose", "plain"),
        "forest",
        "magenta",
        glasses="dark",
    ),
    _looks(
        _GRANDFATHER,
        "tan",
        ("silver", "short"),
        ("navy", "vest"),
        "mint",
        "brown",
        headwear="brim",
        beard="mustache",
    ),
    _looks(
        ("male", "juvenile"),
        "light",
        ("brown", "short"),
        ("aqua", "striped"),
        "yellow",
        "blue",
        headwear="cap",
        freckles=True,
        smile=0.9,
        face_width=1.1,
    ),
)
STRANGER_COUNT = len(_STRANGERS)


def stranger_subject(number: int) -> str:
    """Return the subject of a stranger by number, from 0."""
    return f"stranger/{number}"


_KNOWN = _CAST | {
    stranger_subject(number): looks for number, looks in enumerate(_STRANGERS)
}
_MALE_STYLES: tuple[HairStyle, ...] = (
    "short",
    "side",
    "spiky",
    "buzz",
    "bald",
    "curly",
    "afro",
)
_FEMALE_STYLES: tuple[HairStyle, ...] = (
    "bob",
    "long",
    "bun",
    "ponytail",
    "braids",
    "curly",
    "afro",
)


_WITH_HEADWEAR, _WITH_FRECKLES, _WITH_EARRINGS = 0.2, 0.25, 0.5


def appearance_of(subject: str) -> Appearance:
    """Return the appearance of an identity id or stranger subject."""
    return _KNOWN.get(subject) or _extra(Random(f"580/{subject}"))


def _extra(random: Random) -> Appearance:
    """Return the looks of a person who has none of their own."""
    gender: Gender = random.choice(("male", "female"))
    is_male = gender == "male"
    age: Age = random.choices(get_args(Age.__value__), (1, 4, 4, 1))[0]
    hair = random.choice(("black", "brown", "chestnut", "blond", "ginger", "gray"))
    return _looks(
        (gender, age),
        random.choice(list(SKINS)),
        (
            "silver" if age == "aged" else hair,
            random.choice(_MALE_STYLES if is_male else _FEMALE_STYLES),
        ),
        (random.choice(list(COLORS)), random.choice(get_args(Clothes.__value__))),
        random.choice(list(COLORS)),
        random.choice(list(COLORS)),
        headwear=random.choice(get_args(Headwear.__value__))
        if random.random() < _WITH_HEADWEAR
        else "none",
        glasses=random.choices(get_args(Glasses.__value__), (5, 2, 2, 1))[0],
        beard=random.choice(get_args(Beard.__value__)) if is_male else "none",
        freckles=random.random() < _WITH_FRECKLES,
        earrings=not is_male and random.random() < _WITH_EARRINGS,
        smile=random.uniform(0.25, 1.0),
        face_width=random.uniform(0.9, 1.1),
    )


def attributes_of(subject: str) -> dict[str, str]:
    """Return face attributes of dialect 2.0 (docs/protocol.md §1)."""
    looks = appearance_of(subject)
    return {
        "gender": looks.gender,
        "age": looks.age,
        "glasses": "no" if looks.glasses == "none" else "yes",
        "mask": "no",
        "hat": "no" if looks.headwear in ("none", "scarf") else "yes",
    }
