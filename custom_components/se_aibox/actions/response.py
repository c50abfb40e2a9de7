"""Responses of actions that return recognitions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from homeassistant.core import HomeAssistant, ServiceResponse, callback
from homeassistant.util.json import JsonValueType

from ..aibox.models import Recognition
from ..box.data import BoxData
from ..coordinator import SeAiBoxCoordinator
from ..recognition.events import event_data
from ..recognition.freshness import clock_error
from ..recognition.sighting import async_sighting


@callback
def async_row(
    hass: HomeAssistant, box: SeAiBoxCoordinator, data: BoxData, seen: Recognition
) -> Mapping[str, object]:
    """Return the data of a recognition's bus event.

    `data` is the box's data from when it was asked.
    """
    sighting = async_sighting(
        hass,
        box.config_entry,
        data,
        box.options,
        seen.with_pictures(box.picture_consent.picture_kinds),
        box_ahead=clock_error(box.client.clock.reading),
    )
    return event_data(sighting)


def listing(
    recognitions: Sequence[Mapping[str, object]], looked_back_to: datetime | None
) -> ServiceResponse:
    """Return a response with recognitions, newest first.

    `looked_back_to` is where to continue; None if there are no more.
    """
    return {
        "recognitions": cast("list[JsonValueType]", recognitions),
        "has_more": looked_back_to is not None,
        "looked_back_to": looked_back_to.isoformat() if looked_back_to else None,
    }
