"""No picture or personal detail reaches what Home Assistant stores."""

import base64
import logging

import pytest

from emulator import Emitted, EmulatedBox, PersonType, PictureKind
from emulator.model import JsonValue
from homeassistant.const import MATCH_ALL
from homeassistant.core import HomeAssistant, callback

from .conftest import Look, SetUp
from .helpers import FiredEvents, encoded, face_field, jpeg, until, until_listening


def secrets(emitted: list[Emitted]) -> set[str]:
    """Return the start of each long text in the messages."""
    found: set[str] = set()

    def _collect(value: JsonValue) -> None:
        if isinstance(value, dict):
            for item in value.values():
                _collect(item)
        elif isinstance(value, str) and len(value) > 300:
            found.add(value.removeprefix("data:image/jpeg;base64,")[:40])

    for one in emitted:
        _collect(one.message)
    return found


async def test_states_events_and_log_have_no_pictures_or_details(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    look: Look,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The log level is debug."""
    for name in (
        "",
        "asyncio",
        "homeassistant.components.recorder",
        "sqlalchemy.engine",
    ):
        caplog.set_level(logging.DEBUG, name)
    events: list[str] = []
    hass.bus.async_listen(
        MATCH_ALL, callback(lambda event: events.append(repr(event.as_dict())))
    )
    entry = await set_up()
    emitted = [
        await box.recognize(box.devices[0], box.people[0]),
        await box.recognize(box.devices[1]),
        await box.recognize(
            box.devices[2], box.people[0], overrides=face_field(box, "?" * 400)
        ),
    ]
    pictures = [(await fired.next())["pictures"] for _ in emitted]
    for path in [path for some in pictures for path in some.values()]:
        await look(path)
    assert (await look("/api/camera_proxy/camera.front_door_scene")).ok
    await box.send_raw(f"{emitted[0].message}")
    await box.drop()
    await until(lambda: entry.runtime_data.log.disconnections.total() == 1)
    await until_listening(entry)
    states = [repr(state.as_dict()) for state in hass.states.async_all()]

    forbidden = secrets(emitted) | {"北清路", "feature_binary"}
    forbidden |= {encoded(jpeg(box, kind, 0))[:40] for kind in PictureKind}
    forbidden |= {repr(jpeg(box, kind, 0)[:40])[2:-1] for kind in PictureKind}
    assert len(forbidden) >= 5
    everything = "\n".join([*states, *events, caplog.text])
    assert "Tom" in everything
    assert [secret for secret in forbidden if secret in everything] == []


def test_secrets_are_found() -> None:
    """Otherwise the test above would search for nothing."""
    picture = base64.b64encode(bytes(400)).decode()
    emitted = Emitted(
        "1", "d", "1", "Tom", 0, 1.0, PersonType.EMPLOYEE, {"a": {"b": picture}}
    )
    assert secrets([emitted]) == {picture[:40]}
