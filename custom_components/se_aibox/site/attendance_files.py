"""The exported files of attendance: personal data, kept for 30 days."""

from collections.abc import Iterable, Sequence
import csv
from datetime import date, datetime, timedelta
import os
from pathlib import Path
import re
from secrets import token_hex
from typing import NamedTuple

from homeassistant.components.http.auth import async_sign_path
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ..const import DOMAIN, LOGGER

ATTENDANCE_URL = f"/api/{DOMAIN}/attendance/{{name}}"
_NAME = re.compile(
    r"attendance_\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d_[0-9a-f]{16}\.csv", re.ASCII
)
_KEPT = timedelta(days=30)
_SIGNED_FOR = timedelta(hours=1)
_SWEEP = timedelta(days=1)
# The preferred of the folders that the user has for media.
_LOCAL = "local"
# A spreadsheet treats a cell that begins with one of these as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class ExportedFile(NamedTuple):
    """A file, and how automations refer to it."""

    path: str
    media_content_id: str
    url: str


async def async_export(
    hass: HomeAssistant, start: date, end: date, table: Iterable[Sequence[str]]
) -> ExportedFile:
    """Write a table to a new file below the media folder.

    Raises `HomeAssistantError`.
    """
    if (media := _media_folder(hass)) is None:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="attendance_no_folder"
        )
    source, folder = media
    name = f"attendance_{start.isoformat()}_{end.isoformat()}_{token_hex(8)}.csv"
    path = folder / name
    try:
        await hass.async_add_executor_job(_write, path, table)
    except OSError as error:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="attendance_not_written",
            translation_placeholders={"path": str(path)},
        ) from error
    return ExportedFile(
        str(path),
        f"media-source://media_source/{source}/{DOMAIN}/{name}",
        async_sign_path(
            hass, ATTENDANCE_URL.format(name=name), _SIGNED_FOR, use_content_user=True
        ),
    )


@callback
def async_exported_path(hass: HomeAssistant, name: str) -> Path | None:
    """Return the path of an exported file, None for any other name."""
    if (media := _media_folder(hass)) is None or _NAME.fullmatch(name) is None:
        return None
    return media[1] / name


@callback
def async_sweep_exports(hass: HomeAssistant) -> None:
    """Delete old files once a day, and after each start."""

    async def _sweep(_: HomeAssistant | datetime) -> None:
        if (media := _media_folder(hass)) is not None:
            oldest = dt_util.utcnow() - _KEPT
            await hass.async_add_executor_job(_delete_older, media[1], oldest)

    async_at_started(hass, _sweep)
    async_track_time_interval(
        hass,
        _sweep,
        _SWEEP,
        name=f"{DOMAIN} exported attendance",
        cancel_on_shutdown=True,
    )


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet treats as a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


@callback
def _media_folder(hass: HomeAssistant) -> tuple[str, Path] | None:
    """Return the media source, and our folder in it."""
    folders = hass.config.media_dirs
    source = _LOCAL if _LOCAL in folders else next(iter(folders), None)
    return None if source is None else (source, Path(folders[source]) / DOMAIN)


def _write(path: Path, table: Iterable[Sequence[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Other users of the system must not read it.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    # The byte order mark shows spreadsheets the encoding.
    with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(map(harmless, row) for row in table)


def _delete_older(folder: Path, oldest: datetime) -> None:
    """Delete the files that were written before a time."""
    for path in folder.glob("attendance_*.csv"):
        try:
            if path.stat().st_mtime < oldest.timestamp() and _NAME.fullmatch(path.name):
                path.unlink(missing_ok=True)
        except OSError as error:
            LOGGER.warning("Cannot delete the exported file %s: %s", path, error)
