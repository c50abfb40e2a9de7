"""Home Assistant behind a socket: `python -m tools.soak.inside DESCRIPTOR FOLDER`.

Reads commands as lines of JSON: `rehearse`, `set_up`, `log_in`, `reload`, `look`,
`release_memory`, `unload` and `stop`. Writes a line when a command is done, and a line
for every recognition on the bus and everything that the site says.
"""

import asyncio
import logging
from pathlib import Path
import socket
import sys
from types import MappingProxyType
from typing import Any

import orjson

from homeassistant import runner
from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigEntryState
from homeassistant.core import Event, HomeAssistant, callback
from tools.demo.configuration import DOMAIN, RECOGNITION_EVENT
from tools.soak.site import PEOPLE, SITE

from .left_over import Holdings, take_stock, what_is_left
from .memory import release_memory
from .site import SoakedSite
from .start import start, write_configuration

_RECOVERED_EVENT = f"{RECOGNITION_EVENT}_recovered"


class Inside:
    """Runs commands, and reports the recognitions on the bus."""

    def __init__(self, hass: HomeAssistant, writer: asyncio.StreamWriter) -> None:
        """Initialize, and listen to the bus."""
        self._hass = hass
        self._writer = writer
        self._site = SoakedSite(hass, self._write)
        # Of the boxes.
        self._entry_ids: list[str] = []
        self._before: Holdings = take_stock(hass)
        for event_type in (RECOGNITION_EVENT, _RECOVERED_EVENT):
            hass.bus.async_listen(event_type, self._report)

    async def serve(self, reader: asyncio.StreamReader) -> None:
        """Run commands, one at a time, until `stop`."""
        self._write({"done": "start"})
        while line := await reader.readline():
            command = orjson.loads(line)
            answer: dict[str, object] = {}
            match command["do"]:
                case "rehearse":
                    await self._rehearse(command["entries"], command["site"])
                case "set_up":
                    await self._set_up()
                case "reload":
                    await self._hass.config_entries.async_reload(command["entry_id"])
                    # A reload drops what is too old to be needed.
                    if command["entry_id"] in self._entry_ids:
                        self._fill(command["entry_id"])
                case "look":
                    answer = {"found": await self._site.look()}
                case "log_in":
                    answer = await self._log_in()
                case "release_memory":
                    release_memory()
                case "unload":
                    await self._unload()
                    left = await what_is_left(self._hass, self._before)
                    answer = {"left": left}
                case _:
                    return
            self._write({"done": command["do"], **answer})

    async def _rehearse(
        self, entries: list[dict[str, Any]], site: dict[str, Any]
    ) -> None:
        """Add the entries and unload them, and take stock again."""
        # What the first set-up creates for good does not count as left over.
        for entry in entries:
            added = _config_entry(entry)
            self._entry_ids.append(added.entry_id)
            await self._hass.config_entries.async_add(added)
        await self._site.add(**site, make_entry=_config_entry)
        await self._unload()
        self._before = self._before.with_made_for_good(take_stock(self._hass))

    async def _set_up(self) -> None:
        # Before the boxes: a site that is not loaded misses who passes.
        for entry_id in (PEOPLE, SITE):
            await self._hass.config_entries.async_setup(entry_id)
        for entry_id in self._entry_ids:
            await self._hass.config_entries.async_setup(entry_id)
            self._fill(entry_id)

    async def _log_in(self) -> dict[str, object]:
        """Return the address of Home Assistant, and a token for it."""
        auth = self._hass.auth
        user = await auth.async_create_system_user("soak", group_ids=[GROUP_ID_ADMIN])
        token = auth.async_create_access_token(
            await auth.async_create_refresh_token(user)
        )
        url = f"http://127.0.0.1:{self._hass.http.server_port}"
        return {"url": url, "token": token}

    def _fill(self, entry_id: str) -> None:
        # Imports the integration, which must happen after logging is set up, as usual.
        from .full import fill  # noqa: PLC0415

        entry = self._hass.config_entries.async_get_known_entry(entry_id)
        # A box that does not answer has no client until its set-up succeeds.
        if entry.state is ConfigEntryState.LOADED:
            fill(entry.runtime_data.client)

    async def _unload(self) -> None:
        await self._hass.async_block_till_done()
        for entry_id in (*self._entry_ids, SITE, PEOPLE):
            await self._hass.config_entries.async_unload(entry_id)

    @callback
    def _report(self, event: Event[dict[str, Any]]) -> None:
        data = event.data
        self._write(
            {
                "box": data["entry_id"],
                "is_live": event.event_type == RECOGNITION_EVENT,
                "at": event.time_fired_timestamp,
                "recognition_id": data["recognition_id"],
                "capture_device_id": data["capture_device_id"],
                "identity_id": data["identity_id"]
                or data["attributes"].get("stranger_id")
                or "",
                "score": data["score"],
                "occurred_at": data["occurred_at"],
            }
        )

    def _write(self, line: dict[str, object]) -> None:
        self._writer.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))


def _config_entry(entry: dict[str, Any]) -> ConfigEntry[Any]:
    return ConfigEntry(
        domain=DOMAIN,
        source=SOURCE_USER,
        version=1,
        minor_version=1,
        discovery_keys=MappingProxyType({}),
        subentries_data=None,
        **entry,
    )


async def _run(descriptor: int, folder: Path) -> None:
    reader, writer = await asyncio.open_connection(
        sock=socket.socket(fileno=descriptor)
    )
    hass = await start(folder)
    await Inside(hass, writer).serve(reader)
    await hass.async_stop()
    writer.close()


def _set_up_logging() -> None:
    """Log to the console in Home Assistant's format."""
    logging.basicConfig(
        format="%(asctime)s.%(msecs)03d %(levelname)s (%(threadName)s) "
        "[%(name)s] %(message)s",
        datefmt="%Y-%m-%d %H:%M:%S",
        level=logging.WARNING,
    )
    logging.captureWarnings(True)
    logging.getLogger(f"custom_components.{DOMAIN}").setLevel(logging.INFO)


if __name__ == "__main__":
    _set_up_logging()
    folder = Path(sys.argv[2])
    write_configuration(folder)
    runner.create_event_loop().run_until_complete(_run(int(sys.argv[1]), folder))
