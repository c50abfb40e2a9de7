"""Draw scenes of 160 by 90 units, with a person."""

from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFont

from .appearance import Appearance
from .colors import Color, shade
from .head import draw_head
from .pen import Pen

_WIDTH = 160.0
_FLOOR = 68.0


def draw_scene(
    looks: Appearance, place: int, width: int, height: int, turn: float = 0.0
) -> Image.Image:
    """Return a scene of a person at a place, `turn` from -1 to 1 aside."""
    image = Image.new("RGB", (width, height), (210, 214, 220))
    pen = Pen(image, _WIDTH)
    _PLACES[place % len(_PLACES)](pen)
    stand_at = 64 + (place * 37) % 40 + 20 * turn
    _body(pen, looks, stand_at)
    scale = width / _WIDTH
    head = draw_head(looks, round(34 * scale), turn)
    image.paste(head, (round((stand_at - 17) * scale), round(14 * scale)), head)
    _caption(image, f"CAM {place + 1:02d}", scale)
    return image


def place_color(place: int) -> Color:
    """Return the background color behind a face."""
    return _COLORS[place % len(_COLORS)]


def _body(pen: Pen, looks: Appearance, x: float) -> None:
    trousers = shade(looks.shirt, 0.4)
    pen.ellipse(x, 85, 17, 2.6, (96, 98, 102))
    for side in (-1, 1):
        pen.box(x + side * 4.6 - 3.8, 62, x + side * 4.6 + 3.8, 84, trousers, radius=2)
        pen.box(
            x + side * 4.8 - 4.6, 82, x + side * 4.8 + 4.6, 86, (42, 40, 44), radius=2
        )
        pen.box(
            x + side * 12 - 3,
            45,
            x + side * 12 + 3,
            66,
            shade(looks.shirt, 0.86),
            radius=3,
        )
        pen.ellipse(x + side * 12, 67, 2.8, 2.8, looks.skin)
    pen.box(x - 12, 43, x + 12, 67, looks.shirt, radius=6)


def _caption(image: Image.Image, text: str, scale: float) -> None:
    font = ImageFont.load_default(max(8, round(4 * scale)))
    ImageDraw.Draw(image).text(
        (round(3 * scale), round(2 * scale)),
        text,
        font=font,
        fill=(250, 250, 250),
        stroke_width=1,
        stroke_fill=(30, 30, 30),
    )


def _ground(pen: Pen, wall: Color, floor: Color) -> None:
    pen.box(0, 0, _WIDTH, _FLOOR, wall)
    pen.box(0, _FLOOR, _WIDTH, 90, floor)
    for step in range(-6, 12):
        pen.line(
            [(80 + step * 14, _FLOOR), (80 + step * 30, 90)], shade(floor, 0.93), 0.4
        )
    pen.box(0, _FLOOR - 1.6, _WIDTH, _FLOOR, shade(wall, 0.8))


def _front_door(pen: Pen) -> None:
    _ground(pen, (222, 206, 178), (168, 150, 128))
    for row in range(9):
        for column in range(-1, 12):
            left = column * 15 + (row % 2) * 7.5
            pen.box(
                left,
                row * 7.4,
                left + 14.2,
                row * 7.4 + 6.6,
                (204, 142 + row % 3 * 6, 112),
            )
    pen.box(96, 10, 134, _FLOOR, (250, 246, 236))
    pen.box(99, 13, 131, _FLOOR, (46, 92, 98))
    pen.box(104, 18, 126, 36, (176, 214, 222), radius=1)
    pen.ellipse(103, 46, 1.6, 1.6, (238, 202, 96))
    pen.box(16, 34, 34, _FLOOR, (92, 72, 58), radius=1)
    for x in (18, 24, 30):
        pen.ellipse(x, 32, 7, 9, (74, 138 - x, 72))


def _gate(pen: Pen) -> None:
    _ground(pen, (168, 206, 236), (120, 158, 96))
    pen.ellipse(30, 18, 14, 5, (250, 250, 252))
    pen.ellipse(112, 12, 18, 5, (250, 250, 252))
    pen.polygon([(66, _FLOOR), (94, _FLOOR), (128, 90), (36, 90)], (176, 170, 160))
    for x in (6, 146):
        pen.box(x, 12, x + 9, _FLOOR + 4, (178, 60, 52))
        pen.box(x - 2, 9, x + 11, 14, (226, 186, 82))
    for number in range(15):
        x = 17 + number * 9
        pen.box(x, 24, x + 1.4, _FLOOR + 3, (52, 56, 62))
    for y in (27, 60):
        pen.box(15, y, 146, y + 1.8, (52, 56, 62))


def _lobby(pen: Pen) -> None:
    _ground(pen, (232, 236, 240), (196, 200, 208))
    for x in (8, 46, 84, 122):
        pen.box(x, 8, x + 30, 46, (188, 214, 230))
        pen.line([(x + 5, 42), (x + 24, 12)], (220, 234, 242), 2)
    for x in (28, 116):
        pen.box(x, 48, x + 13, 82, (120, 128, 140), radius=2)
        pen.box(x + 1.5, 50, x + 11.5, 55, (60, 200, 120), radius=1)
        pen.box(x + 13, 58, x + 26, 61, (206, 70, 70), radius=1)


def _garage(pen: Pen) -> None:
    _ground(pen, (126, 130, 138), (92, 96, 102))
    for x in (4, 76, 148):
        pen.box(x, 0, x + 9, _FLOOR + 4, (162, 164, 168))
        for stripe in range(4):
            pen.box(x, 48 + stripe * 6, x + 9, 51 + stripe * 6, (240, 200, 48))
    for x, color in ((16, (186, 58, 58)), (106, (60, 104, 168))):
        pen.box(x, 48, x + 42, 64, color, radius=5)
        pen.polygon(
            [(x + 7, 48), (x + 13, 38), (x + 30, 38), (x + 37, 48)], shade(color, 0.8)
        )
        for wheel in (x + 9, x + 33):
            pen.ellipse(wheel, 65, 5, 5, (32, 32, 36))
            pen.ellipse(wheel, 65, 2.2, 2.2, (190, 192, 196))


def _warehouse(pen: Pen) -> None:
    _ground(pen, (206, 198, 184), (150, 146, 140))
    for shelf in range(4):
        pen.box(0, 16 + shelf * 15, _WIDTH, 18 + shelf * 15, (60, 96, 150))
        for number in range(14):
            if (number * 7 + shelf * 5) % 6:
                left, height = number * 11.6 + 1, 7 + (number * 3 + shelf) % 5
                pen.box(
                    left,
                    16 + shelf * 15 - height,
                    left + 9,
                    16 + shelf * 15,
                    (196 - number * 4, 152, 96),
                )


def _office(pen: Pen) -> None:
    _ground(pen, (244, 238, 226), (182, 142, 102))
    pen.box(14, 10, 62, 42, (96, 132, 118))
    pen.line([(20, 34), (30, 22), (40, 30), (54, 16)], (240, 244, 240), 1.2)
    pen.box(104, 50, 156, 54, (140, 96, 62))
    pen.box(116, 32, 142, 47, (44, 48, 56), radius=1)
    pen.box(118, 34, 140, 45, (112, 176, 214))
    pen.box(127, 47, 131, 50, (44, 48, 56))
    for x in (108, 150):
        pen.box(x, 54, x + 3, 84, (120, 82, 52))


_PLACES: tuple[Callable[[Pen], None], ...] = (
    _front_door,
    _gate,
    _lobby,
    _garage,
    _warehouse,
    _office,
)
_COLORS: tuple[Color, ...] = (
    (204, 146, 112),
    (168, 206, 236),
    (214, 224, 234),
    (126, 130, 138),
    (206, 190, 160),
    (232, 222, 204),
)
