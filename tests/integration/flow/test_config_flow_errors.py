"""Faults that keep a box from being added."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from custom_components.se_aibox.box import network
from emulator import CannedAnswer, EmulatedBox
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.aiohttp_client import HomeAssistantTCPConnector
from tests.integration.helpers import device_list_path, requests_to

from .flow_helpers import choice, open_flow, submit, typed_address


def unfolds_ports(result: ConfigFlowResult) -> bool:
    """Return whether a form shows the ports."""
    schema = result["data_schema"]
    assert schema is not None
    collapsed: bool = schema.schema["ports"].options["collapsed"]
    return not collapsed


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize("typed", ["", "  ", "http://[::1", "not a host", "]["])
async def test_invalid_address_can_be_corrected(
    hass: HomeAssistant, box: EmulatedBox, typed: str
) -> None:
    """The form shows an error until then."""
    flow_id = await open_flow(hass)
    result = await submit(hass, flow_id, typed_address(box, typed))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": "unknown_host"}
    assert not unfolds_ports(result)
    result = await submit(hass, flow_id, typed_address(box))
    assert result["step_id"] == "choose"


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize("seconds", [0, 60])
async def test_unknown_host_name_is_an_error_of_its_own(
    hass: HomeAssistant,
    box: EmulatedBox,
    monkeypatch: pytest.MonkeyPatch,
    seconds: float,
) -> None:
    """The user does not wait for a slow resolver, nor is the box asked."""

    async def _resolve(_: HomeAssistantTCPConnector, host: str) -> list[Any]:
        await asyncio.sleep(seconds)
        if host == "box.home":
            return [{"host": box.host}]
        raise OSError

    monkeypatch.setattr(HomeAssistantTCPConnector, "async_resolve_host", _resolve)
    monkeypatch.setattr(network, "_LOOKUP_SECONDS", 0.1)
    box.requests.clear()
    result = await submit(
        hass, await open_flow(hass), typed_address(box, "no-such-box.local")
    )
    assert result["errors"] == {"base": "unknown_host"}
    assert list(box.requests) == []


@dataclass(frozen=True)
class Fault:
    """A fault of a box, the error in the form, and the remedy."""

    error: str
    spoil: Callable[[EmulatedBox], Awaitable[None]]
    mend: Callable[[EmulatedBox], Awaitable[None]]


async def _unreachable(box: EmulatedBox) -> None:
    await box.stop()


async def _rest_closed(box: EmulatedBox) -> None:
    await box.port("rest").close()


async def _start(box: EmulatedBox) -> None:
    await box.start()


async def _web_page(box: EmulatedBox) -> None:
    box.answer_instead["*"] = CannedAnswer(body=b"<html>Router login</html>")


async def _empty_object(box: EmulatedBox) -> None:
    box.answer_instead["*"] = CannedAnswer(body=b"{}", content_type="application/json")


async def _redirect(box: EmulatedBox) -> None:
    box.answer_instead["*"] = CannedAnswer(
        status=302,
        headers={"Location": f"http://{box.host}:{box.ports.rest}/elsewhere"},
    )


async def _https(box: EmulatedBox) -> None:
    box.answer_instead["*"] = CannedAnswer(
        status=301, headers={"Location": f"https://{box.host}/"}
    )


async def _login(box: EmulatedBox) -> None:
    box.answer_instead["*"] = CannedAnswer(
        status=401,
        body=b'{"detail": "Not authenticated"}',
        headers={"WWW-Authenticate": "Basic"},
    )


async def _forbidden(box: EmulatedBox) -> None:
    box.answer_instead[device_list_path(box)] = CannedAnswer(status=403)


async def _refusal(box: EmulatedBox) -> None:
    box.answer_instead[device_list_path(box)] = CannedAnswer(
        body=b'{"error": {"code": "PASSWORD_ERROR", "message": "no"}}',
        content_type="application/json",
    )


async def _answers(box: EmulatedBox) -> None:
    box.answer_instead.clear()


async def _starting(box: EmulatedBox) -> None:
    box.state.initializing = True


async def _started(box: EmulatedBox) -> None:
    box.state.initializing = False


async def _bare_system(box: EmulatedBox) -> None:
    box.state.bare_system = True


async def _bare_system_alone(box: EmulatedBox) -> None:
    box.state.bare_system = True
    await box.port("rest").close()


async def _face_application(box: EmulatedBox) -> None:
    box.state.bare_system = False
    await box.start()


async def _events_closed(box: EmulatedBox) -> None:
    await box.port("events").close()


# Other ports might help: these are shown.
MAY_BE_THE_PORTS = {
    "cannot_connect",
    "event_socket_closed",
    "login_required",
    "not_a_box",
    "redirected",
}
FAULTS = {
    "unreachable": Fault("cannot_connect", _unreachable, _start),
    "REST closed": Fault("cannot_connect", _rest_closed, _start),
    "web page": Fault("not_a_box", _web_page, _answers),
    "empty object": Fault("not_a_box", _empty_object, _answers),
    "redirect": Fault("redirected", _redirect, _answers),
    "redirect to https": Fault("redirected", _https, _answers),
    "login": Fault("login_required", _login, _answers),
    "forbidden": Fault("login_required", _forbidden, _answers),
    "refusal": Fault("refused", _refusal, _answers),
    "starting": Fault("still_starting", _starting, _started),
    "bare system": Fault("bare_system", _bare_system, _face_application),
    "bare system alone": Fault("bare_system", _bare_system_alone, _face_application),
    "events closed": Fault("event_socket_closed", _events_closed, _start),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_form_shows_the_fault_and_continues_once_it_is_mended(
    hass: HomeAssistant, box: EmulatedBox, fault: Fault
) -> None:
    """The entered address stays in the form."""
    await fault.spoil(box)
    flow_id = await open_flow(hass)
    result = await submit(hass, flow_id, typed_address(box))
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "box"
    assert result["errors"] == {"base": fault.error}
    assert unfolds_ports(result) == (fault.error in MAY_BE_THE_PORTS)
    schema = result["data_schema"]
    assert schema is not None
    [host] = [key for key in schema.schema if key == "host"]
    assert host.description == {"suggested_value": box.host}
    assert requests_to(box, "/elsewhere") == 0

    await fault.mend(box)
    result = await submit(hass, flow_id, typed_address(box))
    assert result["step_id"] == "choose"
    result = await submit(hass, flow_id, choice(box))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


async def test_web_server_is_no_event_socket(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """Its redirect to the real one is not followed."""
    box.answer_instead["/"] = CannedAnswer(
        status=302, headers={"Location": f"http://{box.host}:{box.ports.events}/"}
    )
    typed = typed_address(box)
    typed["ports"]["events_port"] = box.ports.rest
    result = await submit(hass, await open_flow(hass), typed)
    assert result["errors"] == {"base": "event_socket_closed"}
