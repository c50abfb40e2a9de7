"""Which recognition an entity shows, stored across restarts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.helpers.restore_state import ExtraStoredData
from homeassistant.util import dt as dt_util

from ..aibox.models import PictureKind, Recognition
from ..const import CONF_REPLACED_AT


@dataclass(frozen=True, slots=True)
class ShownRecognition(ExtraStoredData):
    """The recognition whose picture is shown; the picture stays on the box."""

    # The config entry of the box.
    entry_id: str
    recognition_id: str
    updated: datetime

    def is_of_box(self, entry: ConfigEntry | None) -> bool:
        """Return whether the entry still has the box that it is from."""
        # Another box may use the same id for another recognition.
        return (
            entry is not None
            and entry.data.get(CONF_REPLACED_AT, 0) <= self.updated.timestamp()
        )

    @override
    def as_dict(self) -> dict[str, str]:
        """Return the data to store."""
        return {
            "entry_id": self.entry_id,
            "recognition_id": self.recognition_id,
            "updated": self.updated.isoformat(),
        }

    @classmethod
    def of(cls, entry_id: str, recognition: Recognition) -> Self:
        """Return a recognition that arrived just now."""
        return cls(entry_id, recognition.recognition_id, recognition.received_at)

    @classmethod
    def with_picture(
        cls, entry_id: str, recognition: Recognition, kind: PictureKind
    ) -> Self | None:
        """Return a recognition that arrived just now, if it has the picture."""
        has_picture = kind in recognition.picture_kinds
        return cls.of(entry_id, recognition) if has_picture else None

    @classmethod
    def from_stored(cls, stored: ExtraStoredData | None) -> Self | None:
        """Return the stored recognition, or None if unreadable."""
        return cls.from_dict({} if stored is None else stored.as_dict())

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self | None:
        """Return the recognition in a dictionary, or None if unreadable."""
        entry_id, recognition_id = data.get("entry_id"), data.get("recognition_id")
        updated = dt_util.parse_datetime(str(data.get("updated")))
        if (
            isinstance(entry_id, str)
            and isinstance(recognition_id, str)
            and updated is not None
        ):
            return cls(entry_id, recognition_id, updated)
        return None
