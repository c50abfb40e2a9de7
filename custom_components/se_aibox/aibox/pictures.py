"""Pictures as a box sends them."""

import base64

_FOR_URLS = str.maketrans("-_", "+/")


def decode_picture(text: str) -> bytes:
    """Return the bytes of a picture, or raise `ValueError`."""
    # A data URI has a prefix (docs/protocol.md §1).
    encoded = text.partition(",")[2] if text.startswith("data:") else text
    # Some libraries write it for URLs, or leave out the padding.
    if "-" in encoded or "_" in encoded:
        encoded = encoded.translate(_FOR_URLS)
    return base64.b64decode(f"{encoded}==")
