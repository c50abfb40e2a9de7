"""A picture that a browser can show."""

from dataclasses import dataclass
import re

from ..aibox.pictures import decode_picture

# The content type comes from the bytes, never from the box.
_SIGNATURES = (
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "image/webp"),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """The content of a JPEG, PNG or WebP picture."""

    content: bytes
    content_type: str


def read_picture(content: bytes) -> Picture | None:
    """Return a JPEG, PNG or WebP picture, else None."""
    for signature, content_type in _SIGNATURES:
        if signature.match(content):
            return Picture(content, content_type)
    return None


def read_text(text: str) -> Picture | None:
    """Return the picture in a text as a box sends it, else None."""
    try:
        return read_picture(decode_picture(text))
    except ValueError:
        return None
