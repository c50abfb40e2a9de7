"""Draw shoulders and clothes, in the units of a head."""

from .appearance import Appearance
from .colors import Color, shade
from .hair import CENTER
from .pen import Pen

_WHITE: Color = (252, 252, 250)
_REFLECTOR: Color = (236, 240, 120)


def draw_clothes(pen: Pen, looks: Appearance) -> None:
    """Draw neck, shoulders and clothes."""
    shirt, neck = looks.shirt, shade(looks.skin, 0.88)
    if looks.clothes == "hood":
        pen.ellipse(CENTER, 83, 25, 10, shade(shirt, 0.78))
    pen.ellipse(CENTER, 104, 40, 26, shirt)
    if looks.clothes == "striped":
        _stripes(pen, shirt)
    pen.box(CENTER - 9, 66, CENTER + 9, 86, neck, radius=6)
    match looks.clothes:
        case "suit":
            _suit(pen, looks)
        case "collar":
            for side in (-1, 1):
                pen.polygon(
                    [
                        (CENTER, 90),
                        (CENTER + side * 9, 78),
                        (CENTER + side * 18, 83),
                        (CENTER + side * 8, 96),
                    ],
                    _contrast(shirt),
                )
        case "vest":
            for side in (-1, 1):
                x = CENTER + side * 20
                pen.box(x - 3.5, 80, x + 3.5, 100, _REFLECTOR)
            pen.chord(CENTER, 80, 12, 8, 0, 180, neck)
        case _:
            pen.chord(CENTER, 81, 12, 8, 0, 180, neck)
            pen.arc(CENTER, 81, 13, 9, 5, 175, shade(shirt, 0.75), 2)


def _stripes(pen: Pen, shirt: Color) -> None:
    for y, half in ((84, 25), (90, 33), (96, 37)):
        pen.box(CENTER - half, y, CENTER + half, y + 3, _contrast(shirt))


def _suit(pen: Pen, looks: Appearance) -> None:
    pen.polygon([(36, 80), (50, 100), (64, 80), (60, 100), (40, 100)], _WHITE)
    pen.polygon([(38, 78), (50, 92), (62, 78), (66, 84), (50, 100), (34, 84)], _WHITE)
    pen.polygon([(46, 87), (54, 87), (56, 100), (44, 100)], looks.accent)


def _contrast(color: Color) -> Color:
    """Return a color that is seen on another."""
    return _WHITE if sum(color) < 3 * 190 else shade(color, 0.55)
