"""Decode and check pictures from clients (docs/protocol.md §5)."""

import base64
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageStat

from .arguments import count_argument, required, text_argument
from .errors import ApiError
from .model import JsonObject, JsonValue
from .pictures import subject_of
from .state import BoxState

_DARKEST = 30.0
_LIVENESS = ("liveness_off", "liveness_rgb", "liveness_rgb_ir")
_LEVELS = ("no", "low", "normal", "middle", "high", "custom")


@dataclass(frozen=True, slots=True)
class Received:
    """A picture from a client with its properties."""

    content: bytes
    # The subject whose face the picture shows.
    subject: str
    # Pixels.
    shorter_side: int
    # The mean, from 0 to 255.
    brightness: float
    # A single color, so no face.
    is_plain: bool


async def read_picture(state: BoxState, value: JsonValue, name: str) -> Received:
    """Decode base64 or a data URI, else raise ApiError."""
    text = text_argument(value, name)
    if text.startswith("data:"):
        text = text.partition(",")[2]
    return await state.studio.run(_decoded, text, state.settings.largest_picture)


def check_liveness(body: JsonObject, name: str) -> None:
    """Raise ApiError for an unknown check, or one without its picture."""
    mode = body.get(name, "liveness_off")
    if mode not in _LIVENESS:
        raise ApiError("INVALID_ARGUMENTS", name)
    if mode == "liveness_rgb_ir":
        required(body, "ir_image_base64")


def check_face(
    state: BoxState,
    picture: Received,
    *,
    level: JsonValue = "low",
    least_size: JsonValue = None,
    too_small: str = "LOW_QUALITY_ERROR",
) -> None:
    """Raise ApiError for a missing or unsuitable face.

    `too_small` is the code for a face that is too small.
    """
    failed = failed_checks(state, picture, level=level, least_size=least_size)
    if "face_size" in failed:
        raise ApiError(too_small, "face_size")
    if failed:
        raise ApiError("LOW_QUALITY_ERROR", failed[0])


def failed_checks(
    state: BoxState,
    picture: Received,
    *,
    level: JsonValue,
    least_size: JsonValue = None,
) -> list[str]:
    """Return the defects of a face; raise ApiError without one."""
    if level not in _LEVELS:
        raise ApiError("INVALID_ARGUMENTS", "fiqa_level")
    if picture.is_plain:
        raise ApiError("NO_FACE_ERROR", "no face in the picture")
    if level == "no":
        return []
    least = (
        state.settings.smallest_face
        if least_size is None
        else count_argument(least_size, "min_face_size", 0)
    )
    checks = {
        "face_size": picture.shorter_side < least,
        "brightness": picture.brightness < _DARKEST,
    }
    return [name for name, failed in checks.items() if failed]


def _decoded(text: str, largest: int) -> Received:
    try:
        # The vendor's own client adds line breaks, so other characters are ignored.
        content = base64.b64decode(text)
    except ValueError as error:
        raise ApiError("IMAGE_DECODE_ERROR", "not base64") from error
    if len(content) > largest:
        raise ApiError("IMAGE_SIZE_TOO_LARGE_ERROR", f"{len(content)} bytes")
    try:
        with Image.open(BytesIO(content)) as image:
            gray = image.convert("L")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ApiError("IMAGE_DECODE_ERROR", "not a picture") from error
    darkest, brightest = gray.getextrema()
    return Received(
        content=content,
        subject=subject_of(content),
        shorter_side=min(gray.size),
        brightness=ImageStat.Stat(gray).mean[0],
        is_plain=darkest == brightest,
    )
