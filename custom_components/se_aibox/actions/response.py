"""Recognitions as a response lists them: as the bus told them, or would have."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from homeassistant.core import HomeAssistant, ServiceResponse, callback
from homeassistant.util.json import JsonValueType

from ..aibox.dedup import Deduplicator
from ..aibox.models import Record
from ..box.data import BoxData
from ..coordinator import SeAiBoxCoordinator
from ..recognition.sighting import async_event_data


class Rows:
    """Records of a box as rows of one response, each under an id of its own."""

    def __init__(
        self, hass: HomeAssistant, box: SeAiBoxCoordinator, data: BoxData
    ) -> None:
        """Take the box, and what was known of it when it was asked."""
        self._hass = hass
        self._box = box
        self._data = data
        self._once = Deduplicator()

    @callback
    def async_row(self, record: Record) -> Mapping[str, object] | None:
        """Return what the bus said of it, or would have said, and know its pictures from now on.

        None for what the user left out, or the box recorded twice.
        """
        if record.recognition.capture_device_id not in self._data.chosen:
            return None
        if (seen := self._once.admit(record.recognition)) is None:
            return None
        box = self._box
        box.pictures.know([replace(record, recognition=seen)])
        allowed = box.privacy.picture_kinds
        return async_event_data(
            self._hass,
            box.config_entry,
            self._data,
            box.options,
            replace(seen, picture_kinds=seen.picture_kinds & allowed),
        )


def listing(
    recognitions: Sequence[Mapping[str, object]], looked_back_to: datetime | None
) -> ServiceResponse:
    """Return a response with recognitions, newest first, and where to go on if there may be more."""
    return {
        "recognitions": cast("list[JsonValueType]", recognitions),
        "has_more": looked_back_to is not None,
        "looked_back_to": looked_back_to.isoformat() if looked_back_to else None,
    }
