"""The user's consent to pictures; the options limit their kinds."""

from collections.abc import Callable

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store
from homeassistant.util.signal_type import SignalType

from ..aibox.models import PictureKind
from ..const import DOMAIN, LOGGER
from .options import BoxOptions
from .stored import UNREADABLE

# Sent after pictures of a box were allowed or forbidden.
SIGNAL_PICTURES: SignalType[()] = SignalType(f"{DOMAIN}_pictures")

_VERSION = 1
_ALLOWED = "pictures_allowed"


class PictureConsent:
    """Whether pictures may leave a box."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        options: BoxOptions,
        keep_only: Callable[[frozenset[PictureKind]], None],
    ) -> None:
        """Initialize without consent, until the store is loaded.

        `keep_only` drops all other kinds of pictures from memory.
        """
        self._title = entry.title
        # A store of its own: restored states are minutes old after a crash.
        self._store = _store(hass, entry.entry_id)
        self._options = options
        self._keep_only = keep_only
        self.allow(False)

    async def async_load(self, *, is_new: bool) -> None:
        """Load the stored consent; a new box has it.

        If it is lost, pictures are forbidden until the user allows them again.
        """
        stored = await self._async_stored()
        if stored is None:
            if not is_new:
                LOGGER.warning(
                    "Cannot read whether pictures may leave %s, so none does; turn on"
                    " its switch Pictures to allow them",
                    self._title,
                )
            self.allow(is_new)
            await self.async_save()
        else:
            self.allow(stored)

    async def _async_stored(self) -> bool | None:
        """Return the stored consent, None if missing or damaged."""
        try:
            stored = await self._store.async_load()
        except UNREADABLE:
            return None
        allowed = stored.get(_ALLOWED) if isinstance(stored, dict) else None
        return allowed if isinstance(allowed, bool) else None

    @callback
    def allow(self, allowed: bool) -> None:
        """Allow or forbid pictures; drop forbidden ones at once."""
        self.pictures_allowed = allowed
        options = self._options
        # The user's options, without pictures while they are forbidden.
        self.allowed_options = options if allowed else options.without_pictures()
        self.picture_kinds = self.allowed_options.picture_kinds
        self._keep_only(self.picture_kinds)

    async def async_save(self) -> None:
        """Store the consent."""
        await self._store.async_save({_ALLOWED: self.pictures_allowed})


async def async_forget_picture_consent(hass: HomeAssistant, entry_id: str) -> None:
    """Remove the stored consent of a removed box."""
    await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, bool]]:
    return Store(hass, _VERSION, f"{DOMAIN}.privacy.{entry_id}")
