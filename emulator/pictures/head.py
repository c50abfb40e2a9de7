"""Draw head and shoulders, 100 by 100 units."""

from PIL import Image

from .appearance import Appearance
from .pen import Pen, shade

_CENTER = 50.0
_EYE_LEVEL = 48.0
_WHITE = (252, 252, 250)
_DARK = (40, 34, 38)


def draw_head(looks: Appearance, pixels: int) -> Image.Image:
    """Return head and shoulders on a transparent background."""
    image = Image.new("RGBA", (pixels * 2, pixels * 2), (0, 0, 0, 0))
    pen = Pen(image, 100)
    _back_hair(pen, looks)
    _shoulders(pen, looks)
    _face(pen, looks)
    _features(pen, looks)
    _beard(pen, looks)
    if not looks.cap:
        _front_hair(pen, looks)
    if looks.glasses != "none":
        _glasses(pen, looks)
    if looks.cap:
        _cap(pen, looks)
    return image.resize((pixels, pixels), Image.Resampling.LANCZOS)


def _width(looks: Appearance) -> float:
    return 21.5 * looks.face_width


def _back_hair(pen: Pen, looks: Appearance) -> None:
    hair, width = shade(looks.hair, 0.82), _width(looks)
    match looks.hair_style:
        case "long":
            pen.box(_CENTER - width - 7, 34, _CENTER + width + 7, 84, hair, radius=14)
            pen.ellipse(_CENTER, 40, width + 7, 26, hair)
        case "bob":
            pen.box(_CENTER - width - 6, 32, _CENTER + width + 6, 66, hair, radius=12)
            pen.ellipse(_CENTER, 38, width + 6, 24, hair)
        case "bun":
            pen.ellipse(_CENTER, 13, 10, 9, hair)
            pen.ellipse(_CENTER, 40, width + 3, 25, hair)
        case "curly":
            for x, y in (
                (-22, 46),
                (-24, 34),
                (-17, 23),
                (0, 18),
                (17, 23),
                (24, 34),
                (22, 46),
            ):
                pen.ellipse(_CENTER + x, y, 10, 10, hair)
        case _:
            pass


def _shoulders(pen: Pen, looks: Appearance) -> None:
    shirt, neck = looks.shirt, shade(looks.skin, 0.88)
    pen.ellipse(_CENTER, 104, 39, 24, shirt)
    pen.box(_CENTER - 9, 66, _CENTER + 9, 86, neck, radius=6)
    if looks.tie:
        pen.polygon(
            [(38, 80), (50, 94), (62, 80), (66, 84), (50, 100), (34, 84)], _WHITE
        )
        pen.polygon([(47, 88), (53, 88), (55, 100), (45, 100)], shade(shirt, 0.6))
    else:
        pen.chord(_CENTER, 81, 12, 8, 0, 180, neck)
        pen.arc(_CENTER, 81, 13, 9, 5, 175, shade(shirt, 0.75), 1.6)


def _face(pen: Pen, looks: Appearance) -> None:
    width = _width(looks)
    for side in (-1, 1):
        pen.ellipse(_CENTER + side * width, 51, 4.5, 6.5, shade(looks.skin, 0.93))
        pen.ellipse(_CENTER + side * width, 51, 2, 3.5, shade(looks.skin, 0.8))
        if looks.earrings:
            pen.ellipse(_CENTER + side * (width + 1), 59, 1.6, 1.6, (240, 200, 80))
    pen.ellipse(_CENTER, 48, width, 28, looks.skin)
    for side in (-1, 1):
        red, green, blue = looks.skin
        pen.ellipse(
            _CENTER + side * 13,
            58,
            4.6,
            3,
            (min(255, red + 14), round(green * 0.86), round(blue * 0.84)),
        )
        if looks.freckles:
            for x, y in ((10, 55), (13, 57), (15, 54.5)):
                pen.ellipse(_CENTER + side * x, y, 0.7, 0.7, shade(looks.skin, 0.72))


def _features(pen: Pen, looks: Appearance) -> None:
    brow = shade(looks.hair, 0.7) if looks.age != "aged" else (150, 150, 156)
    for side in (-1, 1):
        x = _CENTER + side * 9
        pen.ellipse(x, _EYE_LEVEL, 4.4, 3.6, _WHITE)
        pen.ellipse(x, _EYE_LEVEL + 0.2, 2.7, 2.9, looks.eyes)
        pen.ellipse(x, _EYE_LEVEL + 0.2, 1.4, 1.5, (16, 14, 16))
        pen.ellipse(x + 0.9, _EYE_LEVEL - 0.9, 0.8, 0.8, _WHITE)
        pen.arc(
            x,
            _EYE_LEVEL,
            5,
            4.2,
            190,
            350,
            _DARK,
            1.3 if looks.gender == "female" else 0.8,
        )
        pen.arc(
            x,
            _EYE_LEVEL - 3.5,
            6,
            4.4,
            205,
            335,
            brow,
            1.7 if looks.gender == "male" else 1.1,
        )
        if looks.age in ("middle-aged", "aged"):
            pen.arc(x, _EYE_LEVEL + 3, 5, 3.2, 35, 145, shade(looks.skin, 0.82), 0.6)
    pen.arc(_CENTER + 0.5, 55, 3.4, 3.2, 20, 150, shade(looks.skin, 0.72), 1.2)
    lips = (188, 74, 82) if looks.gender == "female" else (158, 78, 70)
    depth = 2 + 5 * looks.smile
    if looks.smile > 0.7:
        pen.chord(_CENTER, 63, 7.5, depth, 0, 180, (140, 46, 52))
        pen.chord(_CENTER, 63, 6.8, depth * 0.45, 0, 180, _WHITE)
    else:
        pen.arc(_CENTER, 63, 7, depth, 15, 165, lips, 1.7)


def _beard(pen: Pen, looks: Appearance) -> None:
    color, width = shade(looks.hair, 0.9), _width(looks)
    if looks.beard == "full":
        pen.chord(_CENTER, 50, width, 28, 28, 152, color)
        pen.ellipse(_CENTER, 63.5, 8, 3.6, looks.skin)
        pen.arc(_CENTER, 62, 6, 3 + looks.smile, 15, 165, (158, 78, 70), 1.6)
    if looks.beard in ("full", "mustache"):
        for side in (-1, 1):
            pen.ellipse(_CENTER + side * 4, 60, 4.6, 1.6, color)


def _front_hair(pen: Pen, looks: Appearance) -> None:
    hair, width = looks.hair, _width(looks)
    match looks.hair_style:
        case "short":
            pen.chord(_CENTER, 46, width + 1.6, 30, 198, 342, hair)
        case "spiky":
            pen.chord(_CENTER, 46, width + 1.2, 29, 206, 334, hair)
            for number in range(7):
                x = _CENTER + (number - 3) * width * 0.28
                pen.polygon(
                    [
                        (x - 4, 28),
                        (x + (number - 3) * 1.2, 9 + abs(number - 3) * 2),
                        (x + 4, 28),
                    ],
                    hair,
                )
        case "curly":
            for x, y in ((-15, 27), (-8, 22), (0, 20), (8, 22), (15, 27)):
                pen.ellipse(_CENTER + x, y, 7, 7, hair)
        case "bob":
            pen.chord(_CENTER, 46, width + 3, 31, 180, 360, hair)
            pen.chord(_CENTER, 50, width - 2, 20, 180, 360, looks.skin)
            pen.box(_CENTER - width + 2, 24, _CENTER + width - 2, 38, hair, radius=5)
            # The skin patch under the bangs has covered the brows and the upper eyes.
            _features(pen, looks)
        case "long" | "bun":
            pen.chord(_CENTER, 46, width + 2.5, 30, 194, 320, hair)
            pen.chord(_CENTER, 46, width + 2.5, 30, 222, 346, hair)
        case "side":
            pen.chord(_CENTER, 46, width + 2, 30, 184, 322, hair)
            pen.ellipse(_CENTER + 9, 24, 14, 7, hair)
        case "bald":
            pen.arc(_CENTER - 6, 30, 8, 6, 190, 260, shade(looks.skin, 1.12), 1.6)


def _glasses(pen: Pen, looks: Appearance) -> None:
    frame = shade(looks.shirt, 0.55)
    for side in (-1, 1):
        x = _CENTER + side * 9.2
        if looks.glasses == "round":
            pen.ring(x, _EYE_LEVEL + 0.5, 7.4, 7.2, frame, 1.5)
        else:
            corners = [
                (x - 7.2, 42.5),
                (x + 7.2, 42.5),
                (x + 6.6, 54),
                (x - 6.6, 54),
                (x - 7.2, 42.5),
            ]
            pen.line(corners, frame, 1.6)
        pen.line([(x + side * 7, 47), (_CENTER + side * _width(looks), 46)], frame, 1.2)
    pen.line([(48, 47), (52, 47)], frame, 1.4)


def _cap(pen: Pen, looks: Appearance) -> None:
    color, width = shade(looks.shirt, 0.85), _width(looks)
    pen.chord(_CENTER, 40, width + 3.5, 28, 190, 350, color)
    pen.box(
        _CENTER - width - 4,
        32.5,
        _CENTER + width + 9,
        37,
        shade(color, 0.75),
        radius=2.2,
    )
