"""The faces of people in the books of a site."""

from collections.abc import Callable

from homeassistant.core import HomeAssistant, callback

from ..aibox.models import PictureKind
from ..box.registry import box_key
from ..coordinator import async_loaded_box
from ..recognition.events import picture_path
from .books import Seen, Stay


def _anywhere(_: Seen) -> bool:
    return True


@callback
def async_face_path(
    hass: HomeAssistant, stay: Stay, is_readable: Callable[[Seen], bool] = _anywhere
) -> str | None:
    """Return the path of the newest readable face with consent."""
    paths = (_face_of(hass, seen) for seen in stay.identities if is_readable(seen))
    return next(filter(None, paths), None)


@callback
def _face_of(hass: HomeAssistant, seen: Seen) -> str | None:
    box = async_loaded_box(hass, seen.entry_id)
    if (
        seen.face_id is None
        or box is None
        or PictureKind.FACE not in box.picture_consent.picture_kinds
    ):
        return None
    return picture_path(box_key(box.config_entry), seen.face_id, PictureKind.FACE)
