"""The signed paths of the faces that entities show."""

from dataclasses import dataclass
from datetime import timedelta

from aiohttp.web import Request
from yarl import URL

from homeassistant.components.http.auth import SIGN_QUERY_PARAM, async_sign_path
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..aibox.models import PictureKind
from ..box.registry import box_key
from ..const import DOMAIN
from ..pictures.shown import ShownRecognition
from .events import picture_path

_SIGNED_FOR = timedelta(hours=24)


@callback
def async_signed_path(
    hass: HomeAssistant, path: str, refresh_token_id: str | None = None
) -> str:
    """Return a path that opens its picture without a token.

    It ends with the login of the refresh token, if there is one.
    """
    signed = async_sign_path(
        hass,
        path,
        _SIGNED_FOR,
        refresh_token_id=refresh_token_id,
        use_content_user=refresh_token_id is None,
    )
    # The path that it returns loses the escapes in an id.
    return f"{path}?{signed.rpartition('?')[2]}"


@dataclass(frozen=True, slots=True)
class _SignedFace:
    """A face, and the path that opens it without a token."""

    face: ShownRecognition
    path: str

    def is_opened_by(self, path: str, signature: str | None) -> bool:
        """Return whether a request has the path and its signature."""
        opener, _, own = self.path.rpartition(f"?{SIGN_QUERY_PARAM}=")
        return own == signature and URL(opener, encoded=True).path == path


class ShownFaces:
    """The faces that entities show as their pictures now.

    A signature ends after a day, a face may be shown for longer. To renew the path
    would change the state of the entity, and run automations for an old face. So a path
    opens its face for as long as an entity shows it.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize without entities."""
        self._hass = hass
        # By entity id.
        self._shown: dict[str, _SignedFace] = {}
        self._newest: _SignedFace | None = None

    @callback
    def async_show(self, entity_id: str, face: ShownRecognition | None) -> str | None:
        """Set the face that an entity shows; return its path."""
        if face is None:
            self._shown.pop(entity_id, None)
            return None
        shown = self._shown.get(entity_id)
        if shown is None or shown.face != face:
            shown = self._shown[entity_id] = self._signed(face)
        return shown.path

    @callback
    def async_is_shown(self, request: Request) -> bool:
        """Return whether a request has the path of a face that is shown."""
        # At any width.
        signature = request.query.get(SIGN_QUERY_PARAM)
        return any(
            shown.is_opened_by(request.path, signature)
            for shown in self._shown.values()
        )

    def _signed(self, face: ShownRecognition) -> _SignedFace:
        # Several entities request the same new face in a row.
        if self._newest is None or self._newest.face != face:
            entry = self._hass.config_entries.async_get_known_entry(face.entry_id)
            path = picture_path(box_key(entry), face.recognition_id, PictureKind.FACE)
            self._newest = _SignedFace(face, async_signed_path(self._hass, path))
        return self._newest


_SHOWN_FACES: HassKey[ShownFaces] = HassKey(f"{DOMAIN}_shown_faces")


@callback
def async_shown_faces(hass: HomeAssistant) -> ShownFaces:
    """Return the faces that entities of all boxes show."""
    if (shown := hass.data.get(_SHOWN_FACES)) is None:
        shown = hass.data[_SHOWN_FACES] = ShownFaces(hass)
    return shown
