"""Draw hair and headwear, in the units of a head."""

from .appearance import Appearance
from .colors import Color, shade
from .pen import Pen

CENTER = 50.0


def draw_back_hair(pen: Pen, looks: Appearance, width: float) -> None:
    """Draw the hair behind the shoulders and the face."""
    hair = shade(looks.hair, 0.82)
    match looks.hair_style:
        case "long":
            pen.box(CENTER - width - 9, 34, CENTER + width + 9, 92, hair, radius=14)
            pen.ellipse(CENTER, 40, width + 9, 28, hair)
        case "bob":
            pen.box(CENTER - width - 8, 32, CENTER + width + 8, 68, hair, radius=9)
            pen.ellipse(CENTER, 38, width + 8, 25, hair)
        case "bun":
            pen.ellipse(CENTER, 11, 11, 10, hair)
            pen.ellipse(CENTER, 40, width + 3, 25, hair)
        case "ponytail":
            pen.ellipse(CENTER, 40, width + 3, 25, hair)
            pen.ellipse(CENTER + width + 9, 30, 9, 9, hair)
            pen.box(CENTER + width + 5, 30, CENTER + width + 18, 82, hair, radius=6.5)
        case "braids":
            pen.ellipse(CENTER, 40, width + 3, 25, hair)
            for side in (-1, 1):
                for number in range(5):
                    pen.ellipse(
                        CENTER + side * (width + 5 + number * 0.6),
                        52 + number * 9,
                        6.4,
                        6,
                        hair,
                    )
        case "curly":
            for x, y in _around(9, 26):
                pen.ellipse(CENTER + x, y, 9.5, 9.5, hair)
        case "afro":
            pen.ellipse(CENTER, 36, width + 19, 33, hair)
        case _:
            pass


def _around(count: int, radius: float) -> list[tuple[float, float]]:
    """Return places in an arc above a face, from the left to the right."""
    half = (count - 1) / 2
    return [
        ((number - half) / half * radius, 20 + 26 * abs((number - half) / half) ** 2)
        for number in range(count)
    ]


def draw_front_hair(pen: Pen, looks: Appearance, width: float) -> None:
    """Draw the hair over the forehead."""
    hair = looks.hair
    match looks.hair_style:
        case "short":
            pen.chord(CENTER, 46, width + 2.5, 32, 198, 342, hair)
        case "spiky":
            pen.chord(CENTER, 46, width + 1.2, 29, 206, 334, hair)
            for number in range(-3, 4):
                x = CENTER + number * width * 0.28
                tip = (x + number * 2.2, 6 + abs(number) * 2)
                pen.polygon([(x - 5, 29), tip, (x + 5, 29)], hair)
        case "buzz":
            pen.chord(CENTER, 46, width + 0.8, 29, 205, 335, shade(hair, 1.5))
        case "mohawk":
            pen.chord(CENTER, 30, 8, 27, 180, 360, hair)
        case "curly":
            for x, y in ((-16, 28), (-9, 23), (0, 21), (9, 23), (16, 28)):
                pen.ellipse(CENTER + x, y, 7.5, 7, hair)
        case "afro":
            pen.chord(CENTER, 44, width + 5, 30, 196, 344, hair)
        case "bob":
            pen.chord(CENTER, 42, width + 4, 30, 180, 360, hair)
        case "long" | "bun" | "ponytail" | "braids":
            pen.chord(CENTER, 46, width + 2.5, 30, 194, 320, hair)
            pen.chord(CENTER, 46, width + 2.5, 30, 222, 346, hair)
        case "side":
            pen.chord(CENTER, 46, width + 2.5, 31, 184, 316, hair)
            pen.ellipse(CENTER + 10, 22, 17, 9, hair)
        case "bald":
            pen.arc(CENTER - 6, 30, 8, 6, 190, 260, shade(looks.skin, 1.12), 1.6)


def draw_headwear(pen: Pen, looks: Appearance, width: float) -> None:
    """Draw the headwear over the hair."""
    color, left, right = looks.accent, CENTER - width, CENTER + width
    dark = shade(color, 0.75)
    match looks.headwear:
        case "cap":
            pen.chord(CENTER, 40, width + 3.5, 29, 190, 350, color)
            pen.box(left - 4, 32.5, right + 13, 38, dark, radius=2.6)
        case "beanie":
            pen.chord(CENTER, 38, width + 4, 33, 180, 360, color)
            pen.box(left - 5, 27, right + 5, 38, dark, radius=4)
            pen.ellipse(CENTER, 5, 6, 6, dark)
        case "helmet":
            pen.chord(CENTER, 38, width + 6, 33, 180, 360, color)
            pen.box(CENTER - 4, 4, CENTER + 4, 36, dark, radius=3)
            pen.box(left - 9, 34, right + 9, 39, dark, radius=2.5)
        case "brim":
            pen.box(left + 1, 8, right - 1, 32, color, radius=9)
            pen.box(left + 1, 25, right - 1, 31, dark)
            pen.box(left - 17, 30, right + 17, 36, color, radius=3)
        case "scarf":
            _scarf(pen, width, color, dark)
        case "none":
            pass


def _scarf(pen: Pen, width: float, color: Color, dark: Color) -> None:
    for side in (1, -1):
        pen.ring(CENTER, 47, width + 8, 37, dark if side > 0 else color, 10)
    pen.polygon([(26, 74), (74, 74), (66, 98), (50, 88), (34, 98)], color)
    pen.line([(34, 80), (60, 88)], dark, 1.6)
