"""Enrollment details in events, which users have to enable."""

from typing import Any

import pytest

from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from tests.integration.conftest import SetUp
from tests.integration.flow.options_helpers import change
from tests.integration.helpers import FiredEvents

ROOM: dict[str, Any] = {"ext_info": {"room": "101", "floor": "1"}, "card_id": "0042"}


async def test_details_are_left_out_by_default(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """The option is off."""
    await set_up()
    await box.recognize(
        box.devices[0], box.people[0], overrides={"identity_info": dict(ROOM)}
    )
    assert (await fired.next())["identity_info"] is None


async def test_details_are_included_with_the_option(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """Possible pictures, feature vectors and deep values are left out."""
    entry = await set_up()
    await change(hass, box, entry, identity_info_in_events=True)
    deep: dict[str, Any] = {"e": 1}
    for key in "dcba":
        deep = {key: deep}
    await box.recognize(
        box.devices[0],
        box.people[0],
        overrides={
            "identity_info": {
                **ROOM,
                "addTime": 1587543999.19,
                "face_ids": ["f1", "f2"],
                "name": None,
                "photo": "iVBORw0KGgo" * 100,
                "photos": ["iVBORw0KGgo" * 100, "short"],
                "feature": [0.12, 0.34],
                "deep": deep,
            },
        },
    )
    info = (await fired.next())["identity_info"]
    # The emulated 1.x box has details of its own, which the message merges.
    assert {key: info[key] for key in ("card_id", "addTime", "face_ids")} == {
        "card_id": "0042",
        "addTime": 1587543999.19,
        "face_ids": ["f1", "f2"],
    }
    assert info["ext_info"]["room"] == "101"
    assert info["photos"] == ["short"]
    assert info["feature"] == []
    assert info["name"] is None
    assert info["deep"] == {"a": {"b": {}}}
    assert "photo" not in info


@pytest.mark.parametrize("details", [{}, {str(key): "x" * 200 for key in range(50)}])
async def test_missing_and_excessive_details_are_null(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    details: dict[str, Any],
) -> None:
    """No enrollment has so many details."""
    await set_up({"identity_info_in_events": True})
    omit = () if details else ("identity_info",)
    await box.recognize(
        box.devices[0], box.people[0], overrides={"identity_info": details}, omit=omit
    )
    assert (await fired.next())["identity_info"] is None
