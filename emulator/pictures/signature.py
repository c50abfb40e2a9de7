"""The subject of a drawn picture, hidden in a JPEG comment."""

import hashlib

_START = b"\xff\xd8"
_COMMENT = b"\xff\xfe"
_MARK = b"subject="
_FOREIGN = "picture/"


def signed(jpeg: bytes, subject: str) -> bytes:
    """Return the JPEG with its subject in a comment."""
    # The JFIF segment must stay first.
    first = 4 + int.from_bytes(jpeg[4:6]) - 2
    return jpeg[:first] + _segment(subject) + jpeg[first:]


def signed_over(jpeg: bytes, old: str, new: str) -> bytes:
    """Return a signed JPEG with another subject."""
    return jpeg.replace(_segment(old), _segment(new), 1)


def subject_of(picture: bytes) -> str:
    """Return the subject; a foreign picture gets one of its own."""
    start = picture.find(_COMMENT) if picture.startswith(_START) else -1
    text = picture[start + 4 : start + 4 + len(_MARK)] if start >= 0 else b""
    if text != _MARK:
        return f"{_FOREIGN}{hashlib.sha256(picture).hexdigest()[:16]}"
    length = int.from_bytes(picture[start + 2 : start + 4])
    return picture[start + 4 + len(_MARK) : start + 2 + length].decode(errors="replace")


def is_foreign(subject: str) -> bool:
    """Whether the subject belongs to a picture not drawn here."""
    return subject.startswith(_FOREIGN)


def _segment(subject: str) -> bytes:
    text = _MARK + subject.encode()
    return _COMMENT + (len(text) + 2).to_bytes(2) + text
