"""Turn drawings into JPEGs of about a target size."""

import base64
from dataclasses import dataclass, replace
from io import BytesIO
from random import Random

from PIL import Image, ImageChops

from emulator.model import PictureKind

from .casting import appearance_of
from .colors import Color
from .gallery import Canvas, Gallery, canvas_of
from .head import draw_head
from .places import draw_scene, place_color
from .signature import signature

_QUALITY = 82
_FINE_FROM = 3_000_000
_TOLERANCE = 0.08
_STRONGEST_NOISE = 220.0
_SCENE_BITS_PER_PIXEL = 3.0
_FACE_BITS_PER_PIXEL = 2.2
# How far a person stands to the side, by pose.
_TURNS = (0.0, 0.6, -0.6, 1.0, -1.0)
# A cut-out face fills the picture; how far it begins above it, and moves aside, as
# parts of its width.
_CUT_OUT, _TOP, _SWAY = 1.2, -0.06, 0.05
_STUDIO_LIGHT: Color = (250, 250, 252)
_LIGHT = 0.35
# People of a crowd are "look#member": a look is painted once and signed per member.
_MEMBER = "#"
_GALLERY = Gallery()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A description of a picture; `target` is its size in bytes."""

    kind: PictureKind
    subject: str
    # The number of the place behind the person; -1 in a reference picture.
    place: int
    target: int
    # How the person holds the head.
    pose: int = 0
    # The recognition that the picture belongs to; hidden in the JPEG.
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Painted:
    """A picture as JPEG and as base64 text."""

    jpeg: bytes
    base64: str


def paint(drawing: Drawing) -> Painted:
    """Return the picture; equal drawings are equal."""
    return finish(find_canvas(drawing) or paint_canvas(drawing), drawing)


def find_canvas(drawing: Drawing) -> Canvas | None:
    """Return the canvas of a drawing if it is painted already."""
    return _GALLERY.find(_plain(drawing))


def paint_canvas(drawing: Drawing) -> Canvas:
    """Paint the canvas of a drawing; this is slow."""
    plain = _plain(drawing)
    jpeg = _encode_near(
        _draw(plain), plain.target, Random(f"{plain.subject}/{plain.place}")
    )
    canvas = canvas_of(jpeg)
    _GALLERY.keep(plain, canvas)
    return canvas


def forget_canvases() -> None:
    """Paint everything anew from now on."""
    _GALLERY.clear()


def finish(canvas: Canvas, drawing: Drawing) -> Painted:
    """Return a canvas as the picture of a drawing."""
    head = canvas.head + signature(drawing.subject, drawing.mark, len(canvas.head))
    return Painted(
        head + canvas.rest,
        base64.b64encode(head).decode("ascii") + canvas.rest_base64,
    )


def _plain(drawing: Drawing) -> Drawing:
    """Return the drawing without its invisible parts."""
    look = drawing.subject.partition(_MEMBER)[0]
    return replace(drawing, subject=look, mark="")


def _draw(drawing: Drawing) -> Image.Image:
    looks = appearance_of(drawing.subject)
    turn = _TURNS[drawing.pose % len(_TURNS)]
    if drawing.kind is PictureKind.SCENE:
        width, height = _dimensions(drawing.target, _SCENE_BITS_PER_PIXEL, 16 / 9)
        return draw_scene(looks, drawing.place, width, height, turn)
    width, height = _dimensions(drawing.target, _FACE_BITS_PER_PIXEL, 1)
    if drawing.kind is PictureKind.FACE:
        image = _gradient(looks.backdrop, place_color(drawing.place), width, height)
        head = draw_head(looks, round(width * _CUT_OUT), turn)
        left = (1 - _CUT_OUT) / 2 + turn * _SWAY
        image.paste(head, (round(width * left), round(height * _TOP)), head)
        return image
    image = _gradient(looks.backdrop, _STUDIO_LIGHT, width, height)
    head = draw_head(looks, width)
    image.paste(head, (0, 0), head)
    return image


def _dimensions(target: int, bits_per_pixel: float, ratio: float) -> tuple[int, int]:
    pixels = target * 8 / bits_per_pixel
    height = min(2160, max(96, round((pixels / ratio) ** 0.5)))
    return round(height * ratio), height


def _gradient(color: Color, light: Color, width: int, height: int) -> Image.Image:
    """Return a background that is a little lit from above."""
    plain = Image.new("RGB", (width, height), color)
    lit = Image.blend(plain, Image.new("RGB", (width, height), light), _LIGHT)
    return Image.composite(
        plain, lit, Image.linear_gradient("L").resize((width, height))
    )


def _encode_near(image: Image.Image, target: int, random: Random) -> bytes:
    """Return a JPEG of about `target` bytes."""
    # Grain makes a JPEG larger, a lower quality makes it smaller. Grain alone does
    # not fill a very large target.
    quality = 95 if target > _FINE_FROM else _QUALITY
    plain = _jpeg(image, quality)
    if len(plain) > target:
        return _smaller(image, target, plain)
    grain = Image.frombytes(
        "L", image.size, random.randbytes(image.width * image.height)
    )
    weakest, strongest, best = 0.0, _STRONGEST_NOISE, plain
    for _ in range(8):
        if abs(len(best) - target) <= target * _TOLERANCE:
            break
        strength = (weakest + strongest) / 2
        best = _jpeg(_with_grain(image, grain, strength), quality)
        if len(best) < target:
            weakest = strength
        else:
            strongest = strength
    return best


def _smaller(image: Image.Image, target: int, plain: bytes) -> bytes:
    worst, finest, best = 5, _QUALITY, plain
    while finest - worst > 1 and abs(len(best) - target) > target * _TOLERANCE:
        quality = (worst + finest) // 2
        best = _jpeg(image, quality)
        if len(best) < target:
            worst = quality
        else:
            finest = quality
    return best


def _with_grain(image: Image.Image, grain: Image.Image, strength: float) -> Image.Image:
    layer = grain.point([round(level * strength / 255) for level in range(256)])
    return ImageChops.add(
        image, Image.merge("RGB", (layer, layer, layer)), 1, -round(strength / 2)
    )


def _jpeg(image: Image.Image, quality: int) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
