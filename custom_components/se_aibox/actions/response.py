"""Recognitions as the rows of a response."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from homeassistant.core import HomeAssistant, ServiceResponse, callback
from homeassistant.util.json import JsonValueType

from ..aibox.models import Recognition
from ..box.data import BoxData
from ..coordinator import SeAiBoxCoordinator
from ..recognition.sighting import async_event_data


@callback
def async_row(
    hass: HomeAssistant, box: SeAiBoxCoordinator, data: BoxData, seen: Recognition
) -> Mapping[str, object]:
    """Return what the bus said of a recognition, or would have said.

    `data` is what was known of the box when it was asked.
    """
    allowed = box.privacy.picture_kinds
    return async_event_data(
        hass,
        box.config_entry,
        data,
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
