"""A real Home Assistant in this process, otherwise idle."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
import sqlite3

from homeassistant.bootstrap import async_setup_hass
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.runner import RuntimeConfig, create_event_loop
from tools.demo.ports import free_port
from tools.demo.storage import store, store_http

_COMPONENTS = Path(__file__).parents[2] / "custom_components"
_ONBOARDED = {"done": ["user", "core_config", "analytics", "integration"]}
_CONFIGURATION = """\
homeassistant:
  country: SG
logger:
  default: warning
  logs:
    homeassistant.components.camera.img_util: fatal
"""

# Free pages belong to no table.
_TABLE_SIZES = """\
SELECT coalesce(tbl_name, dbstat.name), sum(pgsize)
FROM dbstat LEFT JOIN sqlite_schema ON sqlite_schema.name = dbstat.name GROUP BY 1
"""
_TABLES = {
    "states": ("states", "state_attributes"),
    "events": ("events", "event_data"),
}


def run(main: Callable[[], Awaitable[None]]) -> None:
    """Run a program on Home Assistant's kind of event loop."""
    loop = create_event_loop()
    try:
        loop.run_until_complete(main())
    finally:
        loop.close()


@asynccontextmanager
async def home_assistant(
    folder: Path, *, recorder: bool
) -> AsyncGenerator[HomeAssistant]:
    """Run Home Assistant in a new folder, with the integration installed."""
    _fill(folder, recorder=recorder)
    hass = await async_setup_hass(RuntimeConfig(str(folder), skip_pip=True))
    assert hass is not None
    await hass.async_start()
    await hass.async_block_till_done()
    try:
        yield hass
    finally:
        await hass.async_stop()


def _fill(folder: Path, *, recorder: bool) -> None:
    folder.mkdir(parents=True)
    (folder / "custom_components").symlink_to(_COMPONENTS)
    (folder / "configuration.yaml").write_text(
        _CONFIGURATION + ("recorder:\n" if recorder else "")
    )
    store_http(folder, free_port("127.0.0.1", 0))
    store(folder, "onboarding", 4, {**_ONBOARDED})


async def settle(hass: HomeAssistant) -> None:
    """Wait until the recorder, if there is one, has written everything."""
    if "recorder" in hass.config.components:
        await get_instance(hass).async_block_till_done()


def database_bytes(hass: HomeAssistant) -> dict[str, int]:
    """Return the bytes of the database, its states and its events."""
    # States and events include their attributes, data and indices.
    path = hass.config.path("home-assistant_v2.db")
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        sizes: dict[str, int] = dict(database.execute(_TABLE_SIZES))
    return {"bytes": sum(sizes.values())} | {
        f"{what} bytes": sum(sizes[table] for table in tables)
        for what, tables in _TABLES.items()
    }
