"""Pictures as a box sends them."""

import base64


def decode_picture(text: str) -> bytes:
    """Return the bytes of a picture, or raise `ValueError`."""
    # A data URI has a prefix (docs/protocol.md §1).
    return base64.b64decode(
        text.partition(",")[2] if text.startswith("data:") else text
    )
