"""Pictures as a box sends them."""

import base64
from dataclasses import replace

from .models import LiveRecognition, PictureKind

_FOR_URLS = str.maketrans("-_", "+/")


def decode_picture(text: str) -> bytes:
    """Return the bytes of a picture, or raise `ValueError`."""
    # A data URI has a prefix (docs/protocol.md §1).
    encoded = text.partition(",")[2] if text.startswith("data:") else text
    # Some libraries write it for URLs, or leave out the padding.
    if "-" in encoded or "_" in encoded:
        encoded = encoded.translate(_FOR_URLS)
    return base64.b64decode(f"{encoded}==")


def with_pictures(
    live: LiveRecognition, allowed: frozenset[PictureKind]
) -> LiveRecognition:
    """Return a copy with only the allowed pictures."""
    return replace(
        live,
        recognition=live.recognition.with_pictures(allowed),
        embedded_pictures={
            kind: text
            for kind, text in live.embedded_pictures.items()
            if kind in allowed
        },
    )
