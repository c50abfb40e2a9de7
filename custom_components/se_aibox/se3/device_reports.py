"""Receives what a box reports on its capture devices.

A box reports to one URL only. The user decides whether it is ours.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from yarl import URL

from homeassistant.components.binary_sensor import DOMAIN as BINARY_SENSOR_DOMAIN
from homeassistant.components.webhook import async_generate_id, async_generate_path
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_call_later

from ..aibox.device_status import CaptureDeviceStatus, online_by_id
from ..aibox.exceptions import AiBoxBusyError, AiBoxConnectionError, AiBoxError
from ..aibox.pushes import PushFields, read_status_report
from ..aibox.rest import Rest
from ..aibox.settings import Setting
from ..box.offline import async_forget_offline, async_measure_offline
from ..box.session import async_stored_rest
from ..const import CONF_STATUS_URL_BEFORE, CONF_STATUS_WEBHOOK_ID, DOMAIN, LOGGER
from ..coordinator import SeAiBoxConfigEntry, SeAiBoxCoordinator
from .webhook import (
    NoPushUrlError,
    async_close_webhook,
    async_open_webhook,
    async_push_url,
    async_start_receiver,
)

# The translation key of the entity.
_ONLINE = "online"

# 256 capture devices take a quarter of it.
_LARGEST_REPORT = 1024 * 1024
# The default of 2.0. A box that reports more often may miss more of its reports.
_USUAL_SECONDS = 60.0
_FEWEST_SECONDS, _MOST_SECONDS = 10.0, 3600.0
_REPORTS_MISSED = 3


async def async_start_reports(
    hass: HomeAssistant, entry: SeAiBoxConfigEntry, box: SeAiBoxCoordinator
) -> None:
    """Receive the reports of a box, or stop it from reporting here."""
    if box.options.device_status and CONF_STATUS_WEBHOOK_ID in entry.data:
        await DeviceReports(hass, entry, box).async_start()
        return
    async_forget_offline(hass, entry)
    _remove_entities(hass, entry)
    if CONF_STATUS_WEBHOOK_ID in entry.data:
        entry.async_create_background_task(
            hass,
            _async_stop_reports(hass, entry, box.client.rest),
            f"{DOMAIN} {entry.title} reports",
        )


async def async_reported_to(rest: Rest) -> str | None:
    """Return where a box reports to, None if it cannot report.

    The text is empty if it reports nowhere.
    """
    try:
        return await rest.setting(Setting.DEVICE_MONITOR_URL) or ""
    except AiBoxError:
        return None


async def async_take_reports(
    hass: HomeAssistant, entry: ConfigEntry, rest: Rest, url_before: str
) -> None:
    """Let a box report here, and remember where it reported to.

    Raises `NoPushUrlError` and `AiBoxError`.
    """
    webhook_id = entry.data.get(CONF_STATUS_WEBHOOK_ID) or async_generate_id()
    url = await async_push_url(hass, webhook_id, entry.data[CONF_HOST])
    if reports_here(entry, url_before):
        # It was not given back when the option was turned off.
        url_before = entry.data[CONF_STATUS_URL_BEFORE]
    ours = {CONF_STATUS_WEBHOOK_ID: webhook_id, CONF_STATUS_URL_BEFORE: url_before}
    # First, so that it can be put back however the change ends.
    hass.config_entries.async_update_entry(entry, data={**entry.data, **ours})
    try:
        await rest.change_setting(Setting.DEVICE_MONITOR_URL, url)
    except AiBoxError:
        # The box may have changed it all the same.
        await _async_stop_reports(hass, entry, rest)
        raise
    # The last set-up may have gone on to stop earlier reports meanwhile.
    hass.config_entries.async_update_entry(entry, data={**entry.data, **ours})


def reports_here(entry: ConfigEntry, url: str) -> bool:
    """Return whether this is the URL of our webhook, at any address."""
    if (webhook_id := entry.data.get(CONF_STATUS_WEBHOOK_ID)) is None:
        return False
    try:
        return URL(url).path == async_generate_path(webhook_id)
    except ValueError:
        return False


def hosts_of(urls: str) -> Sequence[str]:
    """Return the hosts of URLs in a text, which has commas between them."""
    return [_host_of(url.strip()) for url in urls.split(",") if url.strip()]


def _host_of(url: str) -> str:
    # Not the rest of it, which may hold a secret.
    try:
        return URL(url).host or "?"
    except ValueError:
        return "?"


async def async_forget_reports(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Stop a removed box from reporting here."""
    async_forget_offline(hass, entry)
    if CONF_STATUS_WEBHOOK_ID in entry.data:
        async_close_webhook(hass, entry.data[CONF_STATUS_WEBHOOK_ID])
        await _async_give_back(entry, async_stored_rest(hass, entry))


async def _async_stop_reports(
    hass: HomeAssistant, entry: ConfigEntry, rest: Rest
) -> None:
    if await _async_give_back(entry, rest):
        data = dict(entry.data)
        for key in (CONF_STATUS_WEBHOOK_ID, CONF_STATUS_URL_BEFORE):
            data.pop(key, None)
        hass.config_entries.async_update_entry(entry, data=data)


async def _async_give_back(entry: ConfigEntry, rest: Rest) -> bool:
    """Put back the URL that was there before; return whether that is done."""
    try:
        current = await rest.setting(Setting.DEVICE_MONITOR_URL) or ""
        # It may be somebody else's by now.
        if reports_here(entry, current):
            before = entry.data[CONF_STATUS_URL_BEFORE]
            await rest.change_setting(Setting.DEVICE_MONITOR_URL, before)
    except AiBoxError as error:
        LOGGER.warning(
            "Cannot stop %s from reporting on its capture devices to Home Assistant"
            " (%s); remove the URL on the box. Until then, the reports are ignored",
            entry.title,
            error,
        )
        return False
    return True


@callback
def _remove_entities(hass: HomeAssistant, entry: ConfigEntry) -> None:
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        if (entity.domain, entity.translation_key) == (BINARY_SENSOR_DOMAIN, _ONLINE):
            registry.async_remove(entity.entity_id)


class DeviceReports:
    """Receives the reports of one box."""

    # Every report can be received.
    accepts_pushes = True

    def __init__(
        self, hass: HomeAssistant, entry: SeAiBoxConfigEntry, box: SeAiBoxCoordinator
    ) -> None:
        """Initialize; nothing is received before the start."""
        self._hass = hass
        self._entry = entry
        self._box = box
        self._fresh_for = timedelta(seconds=_REPORTS_MISSED * _USUAL_SECONDS)
        self._cancel: CALLBACK_TYPE | None = None
        self._problem_logged = False

    async def async_start(self) -> None:
        """Open the webhook, and let the box report to it."""
        hass, entry = self._hass, self._entry
        webhook_id = entry.data[CONF_STATUS_WEBHOOK_ID]
        async_open_webhook(hass, entry.title, webhook_id)
        await async_start_receiver(
            hass, entry, webhook_id, self, largest=_LARGEST_REPORT
        )
        entry.async_on_unload(self._stop)
        self._check()

    @callback
    def _stop(self) -> None:
        async_close_webhook(self._hass, self._entry.data[CONF_STATUS_WEBHOOK_ID])
        self._stop_waiting()

    def read(self, fields: PushFields) -> tuple[CaptureDeviceStatus, ...]:
        """Return the statuses in a report; raises `UnreadableError`."""
        return read_status_report(fields)

    @callback
    def receive(self, statuses: tuple[CaptureDeviceStatus, ...]) -> None:
        """Publish which capture devices are online."""
        self._publish(online_by_id(statuses, self._box.data.listed))
        async_measure_offline(self._hass, self._entry, self._box.data)
        self._wait()

    @callback
    def skip(self, kind: str) -> None:
        """Count a report that cannot be read."""
        self._box.log.async_skipped(kind)

    def _publish(self, online: dict[str, bool]) -> None:
        if online != self._box.data.online:
            self._box.async_publish(replace(self._box.data, online=online))

    @callback
    def _wait(self) -> None:
        """Wait for the next report."""
        self._stop_waiting()
        self._cancel = async_call_later(
            self._hass, self._fresh_for, self._handle_missing
        )

    def _stop_waiting(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    @callback
    def _handle_missing(self, _now: datetime) -> None:
        # What a box reported some time ago is not true for ever.
        self._publish({})
        self._check()

    @callback
    def _check(self) -> None:
        """Check in the background where the box reports to."""
        self._wait()
        self._entry.async_create_background_task(
            self._hass, self._async_check(), f"{DOMAIN} {self._entry.title} reports"
        )

    async def _async_check(self) -> None:
        try:
            await self._async_check_url()
            period = await self._box.client.rest.setting(Setting.DEVICE_MONITOR_PERIOD)
        except NoPushUrlError as problem:
            self._log("Home Assistant has no address that it can use", problem.key)
        except AiBoxConnectionError, AiBoxBusyError:
            # A box that is away or starts is asked again.
            return
        except AiBoxError as error:
            self._log("it cannot be set up to report here", str(error))
        else:
            self._fresh_for = timedelta(seconds=_REPORTS_MISSED * _seconds(period))

    async def _async_check_url(self) -> None:
        """Let the box report to us, unless it reports to somebody else."""
        rest, data = self._box.client.rest, self._entry.data
        webhook_id = data[CONF_STATUS_WEBHOOK_ID]
        url = await async_push_url(self._hass, webhook_id, data[CONF_HOST])
        current = await rest.setting(Setting.DEVICE_MONITOR_URL) or ""
        if current == url:
            return
        # Only of the URL before does the user know that ours replaces it.
        known = ("", data[CONF_STATUS_URL_BEFORE])
        if current in known or reports_here(self._entry, current):
            await rest.change_setting(Setting.DEVICE_MONITOR_URL, url)
        else:
            self._log("it reports to somebody else now", ", ".join(hosts_of(current)))

    def _log(self, problem: str, detail: str) -> None:
        """Log once why no report arrives."""
        if not self._problem_logged:
            LOGGER.warning(
                "%s does not report on its capture devices: %s (%s)",
                self._entry.title,
                problem,
                detail,
            )
        self._problem_logged = True


def _seconds(period: str | None) -> float:
    """Return the seconds between two reports, within reason."""
    try:
        seconds = float(period or _USUAL_SECONDS)
    except ValueError:
        return _USUAL_SECONDS
    return max(_FEWEST_SECONDS, min(seconds, _MOST_SECONDS))
