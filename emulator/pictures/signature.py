"""The subject of a drawn picture, hidden in JPEG comments."""

from collections.abc import Iterator
import hashlib

_START = b"\xff\xd8"
_COMMENT = b"\xff\xfe"
_SUBJECT = b"subject="
_MARK = b"mark="
_FOREIGN = "picture/"


def signature(subject: str, mark: str, before: int) -> bytes:
    """Return the comments that follow the first `before` bytes.

    They end at a multiple of 3 bytes, so that the base64 text of the rest never
    depends on them.
    """
    named = _segment(_SUBJECT + subject.encode())
    marked = _MARK + mark.encode()
    padding = -(before + len(named) + len(_segment(marked))) % 3
    return named + _segment(marked + b" " * padding)


def subject_of(picture: bytes) -> str:
    """Return the subject; a foreign picture gets one of its own."""
    for comment in _comments(picture):
        if comment.startswith(_SUBJECT):
            return comment.removeprefix(_SUBJECT).decode(errors="replace")
    return f"{_FOREIGN}{hashlib.sha256(picture).hexdigest()[:16]}"


def mark_of(picture: bytes) -> str:
    """Return which recognition a picture belongs to, empty for none."""
    for comment in _comments(picture):
        if comment.startswith(_MARK):
            return comment.removeprefix(_MARK).decode(errors="replace").strip()
    return ""


def is_foreign(subject: str) -> bool:
    """Whether the subject belongs to a picture not drawn here."""
    return subject.startswith(_FOREIGN)


def _comments(picture: bytes) -> Iterator[bytes]:
    """Yield the comments at the beginning of a JPEG."""
    if not picture.startswith(_START):
        return
    start = picture.find(_COMMENT)
    while start >= 0 and picture[start : start + 2] == _COMMENT:
        end = start + 2 + int.from_bytes(picture[start + 2 : start + 4])
        yield picture[start + 4 : end]
        start = end


def _segment(text: bytes) -> bytes:
    return _COMMENT + (len(text) + 2).to_bytes(2) + text
