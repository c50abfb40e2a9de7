"""Draw head and shoulders, 100 by 100 units."""

from PIL import Image

from .appearance import Appearance
from .clothes import draw_clothes
from .colors import Color, shade
from .hair import CENTER, draw_back_hair, draw_front_hair, draw_headwear
from .pen import Pen

_EYE_LEVEL = 48.0
# How far a turned head shifts its eyes, nose and mouth, and the eyes look further.
_SHIFT, _GLANCE = 2.2, 1.1
_WHITE: Color = (252, 252, 250)
_DARK: Color = (40, 34, 38)
_LIPS: Color = (158, 78, 70)


def draw_head(looks: Appearance, pixels: int, turn: float = 0.0) -> Image.Image:
    """Return head and shoulders before nothing, `turn` from -1 to 1 aside."""
    image = Image.new("RGBA", (pixels * 2, pixels * 2), (0, 0, 0, 0))
    pen, width = Pen(image, 100), 21.5 * looks.face_width
    middle = CENTER + turn * _SHIFT
    if looks.headwear != "scarf":
        draw_back_hair(pen, looks, width)
    draw_clothes(pen, looks)
    _face(pen, looks, width, middle)
    if looks.headwear != "scarf":
        draw_front_hair(pen, looks, width)
    _beard(pen, looks, width, middle)
    _eyes(pen, looks, middle, turn * _GLANCE)
    _nose_and_mouth(pen, looks, middle)
    _glasses(pen, looks, width, middle)
    draw_headwear(pen, looks, width)
    return image.resize((pixels, pixels), Image.Resampling.LANCZOS)


def _face(pen: Pen, looks: Appearance, width: float, middle: float) -> None:
    for side in (-1, 1):
        pen.ellipse(CENTER + side * width, 51, 4.5, 6.5, shade(looks.skin, 0.93))
        pen.ellipse(CENTER + side * width, 51, 2, 3.5, shade(looks.skin, 0.8))
        if looks.earrings:
            pen.ellipse(CENTER + side * (width + 1), 60, 2.6, 2.6, (246, 206, 70))
    pen.ellipse(CENTER, 48, width, 28, looks.skin)
    red, green, blue = looks.skin
    blush = (min(255, red + 14), round(green * 0.88), round(blue * 0.86))
    for side in (-1, 1):
        pen.ellipse(middle + side * 13, 58, 4.6, 3, blush)
        if looks.freckles:
            for x, y in ((9, 55), (13, 57), (16, 54.5), (11, 59)):
                pen.ellipse(middle + side * x, y, 0.9, 0.9, shade(looks.skin, 0.68))


def _eyes(pen: Pen, looks: Appearance, middle: float, glance: float) -> None:
    is_female = looks.gender == "female"
    brow = (150, 150, 156) if looks.age == "aged" else shade(looks.hair, 0.7)
    for side in (-1, 1):
        x, pupil = middle + side * 9, middle + side * 9 + glance
        pen.ellipse(x, _EYE_LEVEL, 4.4, 3.6, _WHITE)
        pen.ellipse(pupil, _EYE_LEVEL + 0.2, 2.7, 2.9, looks.eyes)
        pen.ellipse(pupil, _EYE_LEVEL + 0.2, 1.4, 1.5, (16, 14, 16))
        pen.ellipse(pupil + 0.9, _EYE_LEVEL - 0.9, 0.8, 0.8, _WHITE)
        pen.arc(x, _EYE_LEVEL, 5, 4.2, 190, 350, _DARK, 1.3 if is_female else 0.8)
        pen.arc(x, _EYE_LEVEL - 3.5, 6, 4.4, 205, 335, brow, 1.1 if is_female else 2.0)
        if looks.age in ("middle-aged", "aged"):
            pen.arc(x, _EYE_LEVEL + 3, 5, 3.2, 35, 145, shade(looks.skin, 0.82), 0.6)


def _nose_and_mouth(pen: Pen, looks: Appearance, middle: float) -> None:
    pen.arc(middle + 0.5, 55, 3.4, 3.2, 20, 150, shade(looks.skin, 0.72), 1.2)
    lips = (188, 64, 76) if looks.gender == "female" else _LIPS
    depth = 2 + 5 * looks.smile
    if looks.smile > 0.7:
        pen.chord(middle, 63, 7.5, depth, 0, 180, (140, 46, 52))
        pen.chord(middle, 63, 6.8, depth * 0.45, 0, 180, _WHITE)
    else:
        pen.arc(middle, 63, 7, depth, 15, 165, lips, 1.7)


def _beard(pen: Pen, looks: Appearance, width: float, middle: float) -> None:
    color = shade(looks.hair, 0.9)
    if looks.beard == "full":
        pen.chord(CENTER, 50, width + 0.8, 31, 8, 172, color)
        pen.ellipse(middle, 52, width * 0.78, 6, looks.skin)
        pen.ellipse(middle, 64.5, 8, 4.2, looks.skin)
    if looks.beard == "goatee":
        pen.ellipse(middle, 67, 8.4, 10, color)
        pen.ellipse(middle, 64, 6.6, 4.4, looks.skin)
    if looks.beard != "none":
        for side in (-1, 1):
            pen.ellipse(middle + side * 5, 60, 5.8, 2.2, color)


def _glasses(pen: Pen, looks: Appearance, width: float, middle: float) -> None:
    if looks.glasses == "none":
        return
    frame = (28, 28, 32) if looks.glasses == "dark" else shade(looks.accent, 0.8)
    for side in (-1, 1):
        x = middle + side * 9.6
        pen.line([(x + side * 7, 47), (CENTER + side * width, 46)], frame, 1.6)
        if looks.glasses == "round":
            pen.ring(x, _EYE_LEVEL + 0.5, 8.2, 8, frame, 2.2)
        elif looks.glasses == "dark":
            pen.box(x - 8.4, 42.5, x + 8.4, 55, frame, radius=4)
            pen.line([(x - 5, 46), (x - 1, 45)], (116, 122, 134), 1.4)
        else:
            corners: list[tuple[float, float]] = [
                (x - 8, 42),
                (x + 8, 42),
                (x + 7, 55),
                (x - 7, 55),
                (x - 8, 42),
            ]
            pen.line(corners, frame, 2.4)
    pen.line([(middle - 2.4, 47), (middle + 2.4, 47)], frame, 2)
