"""The words of errors that a box causes."""

from collections.abc import Iterator
import re
from unittest.mock import AsyncMock, patch

import pytest

from custom_components.se_aibox.aibox.exceptions import (
    AiBoxError,
    AiBoxOtherwiseChangedError,
    AiBoxRefusedError,
    UnreadableError,
)
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.box.history import BoxHistory
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.integration.conftest import SetUp
from tests.integration.helpers import NEAR
from tests.integration.recognition.automation_helpers import doors_of

from .action_helpers import act


def _kinds(kind: type[AiBoxError] = AiBoxError) -> Iterator[type[AiBoxError]]:
    yield kind
    for special in kind.__subclasses__():
        yield from _kinds(special)


def _errors() -> Iterator[AiBoxError]:
    for kind in _kinds():
        if kind is AiBoxRefusedError:
            yield AiBoxRefusedError("BUSY", "relay busy")
        elif kind is AiBoxOtherwiseChangedError:
            yield AiBoxOtherwiseChangedError(("name", "details"))
        elif kind is UnreadableError:
            yield UnreadableError("not JSON")
        else:
            yield kind()


@pytest.mark.parametrize("dialect", ["nested"])
async def test_no_message_has_the_name_of_a_class(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Whichever error a box causes."""
    front_door, *_ = doors_of(hass, box, await set_up())
    for error in _errors():
        fails = AsyncMock(side_effect=error)
        with (
            patch.object(Rest, "open_door", fails),
            pytest.raises(HomeAssistantError) as at_door,
        ):
            await act(hass, "open_door", {"device_id": front_door.device_id})
        with (
            patch.object(BoxHistory, "async_find", fails),
            pytest.raises(HomeAssistantError) as looking_back,
        ):
            await act(hass, "get_recognitions", {}, target=NEAR)
        for raised in (at_door, looking_back):
            words = str(raised.value)
            assert " " in words, error
            assert not re.search(r"Error|Exception|AiBox|\(\)", words), error
