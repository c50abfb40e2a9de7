"""Simulates recognitions, so that an automation can be tried."""

from dataclasses import replace
from datetime import timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util
from homeassistant.util.ulid import ulid_now

from ..aibox.models import PersonType, Recognition
from ..box.data import BoxData
from ..box.options import BoxOptions
from ..text import async_text
from .sighting import SIGNAL_SIMULATED, async_sighting


@callback
def async_simulate(
    hass: HomeAssistant,
    entry: ConfigEntry,
    data: BoxData,
    options: BoxOptions,
    capture_device_id: str,
    person_type: PersonType,
    identity: tuple[str, str] | None,
) -> None:
    """Run the triggers whose option *Also simulated* is on, and nothing else.

    The capture device must be selected. `identity` is an id and a name; without one, a
    person is invented.
    """
    now, recognition_id = dt_util.utcnow(), f"simulated-{ulid_now()}"
    if identity is None and person_type is not PersonType.STRANGER:
        # An id that no box has.
        identity = (recognition_id, async_text(hass, "common.simulated_person"))
    identity_id, identity_name = identity or (None, None)
    recognition = Recognition(
        recognition_id,
        capture_device_id,
        identity_id,
        identity_name,
        person_type,
        score=None,
        group_name=None,
        occurred_at=now,
        received_at=now,
    )
    sighting = async_sighting(
        hass, entry, data, options, recognition, box_ahead=timedelta()
    )
    async_dispatcher_send(hass, SIGNAL_SIMULATED, replace(sighting, simulated=True))
