"""Run Home Assistant with an installed zip; print its path and who was recognized."""

import asyncio
from pathlib import Path
import sys

from emulator import EmulatedBox
from homeassistant import runner
from homeassistant.core import Event
from tools.demo.ports import port_fields
from tools.soak.inside.start import start, write_http


async def _run(folder: Path) -> None:
    write_http(folder)
    hass = await start(folder)
    async with EmulatedBox("flat") as box:
        flows = hass.config_entries.flow
        result = await flows.async_init("se_aibox", context={"source": "user"})
        for answer in (
            {"next_step_id": "box"},
            {"host": box.host, "ports": port_fields(box.ports)},
            {"capture_devices": [device.device_id for device in box.devices]},
        ):
            result = await flows.async_configure(result["flow_id"], answer)
        fired: asyncio.Future[Event] = hass.loop.create_future()
        hass.bus.async_listen_once("se_aibox_recognition", fired.set_result)
        await box.wait_for_subscription()
        await box.recognize(box.devices[0], box.people[0])
        event = await fired
        # Importable only once Home Assistant runs.
        from custom_components.se_aibox import const  # noqa: PLC0415

        sys.stdout.write(f"{const.__file__}\n{event.data['identity_name']}\n")
        await hass.async_stop()


if __name__ == "__main__":
    runner.create_event_loop().run_until_complete(_run(Path(sys.argv[1])))
