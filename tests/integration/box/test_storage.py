"""The stored bookmark of a box."""

from base64 import b64encode
import struct
from typing import Any

import pytest

from custom_components.se_aibox.aibox.delivered import Delivered
from custom_components.se_aibox.const import DOMAIN
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from tests.integration.conftest import SetUp
from tests.integration.helpers import ENTRY_ID, FiredEvents, until_listening

_KEY = f"{DOMAIN}.bookmark.{ENTRY_ID}"
_VALID: dict[str, Any] = {
    "complete_until": 1_790_000_000.0,
    "noted_at": 1_790_000_000.0,
    "delivered": "",
}
_UNREADABLE: list[Any] = [
    {},
    {"seen": 1.0, "told": ""},
    _VALID | {"complete_until": "yesterday"},
    _VALID | {"complete_until": 1e30},
    # The first day of the calendar.
    _VALID | {"complete_until": -62_135_596_800.0},
    # The oldest known time is beyond the calendar.
    _VALID | {"delivered": b64encode(struct.pack("<Bq", 1, 2**60)).decode()},
    _VALID | {"noted_at": [1]},
    _VALID | {"delivered": None},
    _VALID | {"delivered": "%%%"},
    _VALID | {"delivered": "AAAA"},
    _VALID | {"delivered": "/" * 400},
    ["a list"],
]


@pytest.mark.parametrize(
    ("data", "version"),
    [
        *((data, 1) for data in _UNREADABLE),
        # After a downgrade.
        (_VALID, 2),
    ],
)
async def test_unusable_bookmark_is_ignored_and_logged_once(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    data: object,
    version: int,
) -> None:
    """The box is set up, and a usable bookmark replaces it."""
    hass_storage[_KEY] = {
        "version": version,
        "minor_version": 1,
        "key": _KEY,
        "data": data,
    }
    entry = await set_up()
    await until_listening(entry)
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    warnings = [
        record.getMessage()
        for record in caplog.records
        if "stored bookmark" in record.getMessage()
    ]
    assert len(warnings) == 1
    client = entry.runtime_data.client
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert Delivered(client.bookmark.delivered)
    assert isinstance(hass_storage[_KEY]["data"]["complete_until"], float)
