"""Pictures that clients send: decoded, and looked at as a box would (PROTOCOL §5)."""

import base64
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageStat

from .arguments import count_argument, text_argument
from .errors import ApiError
from .model import JsonValue
from .pictures import subject_of
from .state import BoxState

_DARKEST = 30.0
_LEVELS = ("no", "low", "normal", "middle", "high", "custom")


@dataclass(frozen=True, slots=True)
class Received:
    """A picture somebody sent, and whose face is on it."""

    content: bytes
    subject: str
    shorter_side: int
    brightness: float
    is_plain: bool


async def read_picture(state: BoxState, value: JsonValue, name: str) -> Received:
    """Return the picture in an argument, with or without data URI."""
    text = text_argument(value, name)
    if text.startswith("data:"):
        text = text.partition(",")[2]
    return await state.studio.run(_decoded, text, state.settings.largest_picture)


def check_face(
    state: BoxState,
    picture: Received,
    *,
    level: JsonValue = "low",
    least_size: JsonValue = None,
) -> None:
    """Raise what a box finds wrong with the face."""
    if level not in _LEVELS:
        raise ApiError("INVALID_ARGUMENTS", "fiqa_level")
    if picture.is_plain:
        raise ApiError("NO_FACE_ERROR", "no face in the picture")
    if level == "no":
        return
    least = (
        state.settings.smallest_face
        if least_size is None
        else count_argument(least_size, "min_face_size", 0)
    )
    if picture.shorter_side < least:
        raise ApiError("LOW_QUALITY_ERROR", "face_size")
    if picture.brightness < _DARKEST:
        raise ApiError("LOW_QUALITY_ERROR", "brightness")


def _decoded(text: str, largest: int) -> Received:
    try:
        # The vendor's own client breaks its lines, so what is no base64 is dropped.
        content = base64.b64decode(text)
    except ValueError as error:
        raise ApiError("IMAGE_DECODE_ERROR", "not base64") from error
    if len(content) > largest:
        raise ApiError("IMAGE_SIZE_TOO_LARGE_ERROR", f"{len(content)} bytes")
    try:
        with Image.open(BytesIO(content)) as image:
            grey = image.convert("L")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ApiError("IMAGE_DECODE_ERROR", "not a picture") from error
    darkest, brightest = grey.getextrema()
    return Received(
        content=content,
        subject=subject_of(content),
        shorter_side=min(grey.size),
        brightness=ImageStat.Stat(grey).mean[0],
        is_plain=darkest == brightest,
    )
