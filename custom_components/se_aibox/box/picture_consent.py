"""The user's consent to pictures; the options limit their kinds."""

from collections.abc import Callable

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from ..aibox.models import PictureKind
from ..const import DOMAIN
from .options import BoxOptions

_VERSION = 1


class PictureConsent:
    """Whether pictures may leave a box."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        options: BoxOptions,
        keep_only: Callable[[frozenset[PictureKind]], None],
    ) -> None:
        """Initialize with consent, until the store is loaded.

        `keep_only` drops all other kinds of pictures from memory.
        """
        self.pictures_allowed = True
        # A store of its own: restored states are minutes old after a crash.
        self._store = _store(hass, entry_id)
        self._options = options
        self._keep_only = keep_only
        # The user's options, without pictures while they are forbidden.
        self.allowed_options = options
        self.picture_kinds = options.picture_kinds

    async def async_load(self) -> None:
        """Load the stored consent."""
        stored = await self._store.async_load()
        self.allow(stored is None or stored.get("pictures_allowed") is not False)

    @callback
    def allow(self, allowed: bool) -> None:
        """Allow or forbid pictures; drop forbidden ones at once."""
        self.pictures_allowed = allowed
        options = self._options
        self.allowed_options = options if allowed else options.without_pictures()
        self.picture_kinds = self.allowed_options.picture_kinds
        self._keep_only(self.picture_kinds)

    async def async_save(self) -> None:
        """Store the consent."""
        await self._store.async_save({"pictures_allowed": self.pictures_allowed})


async def async_forget_picture_consent(hass: HomeAssistant, entry_id: str) -> None:
    """Remove the stored consent of a removed box."""
    await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, bool]]:
    return Store(hass, _VERSION, f"{DOMAIN}.privacy.{entry_id}")
