"""Whether pictures may leave a box at all; which of them, the options say."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from ..const import DOMAIN
from ..pictures.cache import PictureCache
from .options import BoxOptions

_VERSION = 1


class Privacy:
    """The user's word on pictures, kept through crashes: restored states are minutes old after one."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        options: BoxOptions,
        pictures: PictureCache,
    ) -> None:
        """Allow what the options allow until the store is read."""
        self.pictures_allowed = True
        self._store = _store(hass, entry_id)
        self._options = options
        self._pictures = pictures
        # The user's options, without the pictures while none may leave the box, and which ones those are.
        self.allowed_options = options
        self.picture_kinds = options.picture_kinds

    async def async_load(self) -> None:
        """Read what the user said last."""
        stored = await self._store.async_load()
        self.allow(stored is None or stored.get("pictures_allowed") is not False)

    @callback
    def allow(self, allowed: bool) -> None:
        """Let pictures leave the box or not; what is held goes at once."""
        self.pictures_allowed = allowed
        options = self._options
        self.allowed_options = options if allowed else options.without_pictures()
        self.picture_kinds = self.allowed_options.picture_kinds
        self._pictures.allow(self.picture_kinds)

    async def async_save(self) -> None:
        """Keep what the user said."""
        await self._store.async_save({"pictures_allowed": self.pictures_allowed})


async def async_forget_privacy(hass: HomeAssistant, entry_id: str) -> None:
    """Remove what was kept of a box that is removed."""
    await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, bool]]:
    return Store(hass, _VERSION, f"{DOMAIN}.privacy.{entry_id}")
