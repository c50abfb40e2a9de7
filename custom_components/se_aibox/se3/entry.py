"""Config entry setup for boxes that only push."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from homeassistant.components.webhook import async_generate_path
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.storage import Store

from ..aibox.exceptions import AiBoxError
from ..aibox.se3 import Se3Client
from ..aibox.se3_rest import Se3Rest
from ..box.address import Address
from ..box.issues import Fault, Symptom, async_box_issues
from ..box.options import BoxOptions
from ..box.registry import async_registered_capture_devices
from ..box.session import async_get_session
from ..box.storage import async_load_bookmark
from ..const import CONF_UPLOAD_WEBHOOK_ID, DOMAIN, LOGGER
from ..text import in_both
from .webhook import (
    NoPushUrlError,
    async_close_webhook,
    async_open_webhook,
    async_push_url,
    async_set_receiver,
    async_start_receiver,
)

PATIENCE = timedelta(hours=24)
_VERSION = 1


def is_se3(data: Mapping[str, Any]) -> bool:
    """Return whether the box of an entry only pushes."""
    return CONF_WEBHOOK_ID in data


@callback
def async_open_webhooks(hass: HomeAssistant) -> None:
    """Open the webhooks of all boxes before any is set up."""
    for entry in hass.config_entries.async_entries(
        DOMAIN, include_ignore=False, include_disabled=False
    ):
        if is_se3(entry.data):
            async_open_webhook(hass, entry.title, entry.data[CONF_WEBHOOK_ID])
        elif (webhook_id := entry.options.get(CONF_UPLOAD_WEBHOOK_ID)) is not None:
            async_open_webhook(hass, entry.title, webhook_id)


async def async_se3_client(hass: HomeAssistant, entry: ConfigEntry) -> Se3Client:
    """Return a client, without contacting the box.

    Raises `ConfigEntryNotReady` if there is no URL to push to.
    """
    address = Address.from_entry(entry.data)
    async_open_webhook(hass, entry.title, entry.data[CONF_WEBHOOK_ID])
    try:
        url = await async_push_url(hass, entry.data[CONF_WEBHOOK_ID], address.host)
    except NoPushUrlError as problem:
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN, translation_key=problem.key
        ) from problem
    options = BoxOptions.from_mapping(entry.options)
    client = Se3Client(
        async_get_session(hass),
        address.host,
        address.ports,
        url,
        wants=options.wants,
        bookmark=await async_load_bookmark(hass, entry.entry_id),
    )
    client.know(async_registered_capture_devices(hass, entry))
    # The options offer these, although they are not registered.
    client.know(options.ignored_capture_device_ids)
    await client.subscribe(options.subscription(()))
    return client


async def async_start_se3(
    hass: HomeAssistant, entry: ConfigEntry, client: Se3Client
) -> None:
    """Make the box push, and receive its pushes.

    Check the identity of the box first. Raises `ConfigEntryNotReady`.
    """
    webhook_id, host = entry.data[CONF_WEBHOOK_ID], entry.data[CONF_HOST]
    try:
        takes_url = await client.register()
    except AiBoxError as error:
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN,
            translation_key="cannot_connect",
            translation_placeholders={"host": host, "reason": str(error)},
        ) from error
    await client.read_supported()
    watch = PushWatch(hass, entry, client.url)
    await watch.async_start(takes_url=takes_url)
    await async_start_receiver(
        hass, entry, webhook_id, client, pushed=watch.async_pushed
    )

    @callback
    def _stop() -> None:
        async_set_receiver(hass, webhook_id, None)
        # Otherwise, it is only a reload.
        if entry.disabled_by:
            async_close_webhook(hass, webhook_id)

    entry.async_on_unload(_stop)


async def async_forget_se3(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove our URL from a removed box; delete its data."""
    async_close_webhook(hass, entry.data[CONF_WEBHOOK_ID])
    address = Address.from_entry(entry.data)
    rest = Se3Rest(async_get_session(hass), address.host, address.ports)
    try:
        await rest.stop_pushing_to(async_generate_path(entry.data[CONF_WEBHOOK_ID]))
    except AiBoxError as error:
        LOGGER.warning(
            "Cannot remove the push URL from %s (%s); remove it in the web page of the"
            " box. Until then, Home Assistant ignores the pushes",
            entry.title,
            error,
        )
    await _store(hass, entry).async_remove()


async def async_forget_pushes(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Forget that a box pushed, because another one replaces it."""
    # Not nothing: where only the user can enter the URL, it is then shown at once.
    await _store(hass, entry).async_save({"pushed_to": "another box"})


class PushWatch:
    """Detects a box that never pushed to its URL."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, url: str) -> None:
        """Initialize; `url` is where the box should push."""
        self._hass = hass
        self._entry = entry
        self._url = url
        self._store = _store(hass, entry)
        self._issues = async_box_issues(hass, entry)
        self._pushed = False

    async def async_start(self, *, takes_url: bool) -> None:
        """Start to wait for the first push, unless one came before."""
        stored = await self._store.async_load()
        known_url = stored and stored["pushed_to"]
        self._pushed = known_url == self._url
        if self._pushed:
            return
        if known_url and not takes_url:
            # The URL changed, and only the user can enter it on the box.
            self.async_never_pushed()
        else:
            self._entry.async_on_unload(
                async_call_later(self._hass, PATIENCE, self.async_never_pushed)
            )

    @callback
    def async_pushed(self) -> None:
        """Remember that a push arrived."""
        if self._pushed:
            return
        self._pushed = True
        self._issues.async_clear(Fault.NEVER_PUSHED)
        self._entry.async_create_background_task(
            self._hass,
            self._store.async_save({"pushed_to": self._url}),
            f"{DOMAIN} {self._entry.title} first push",
        )

    @callback
    def async_never_pushed(self, _now: datetime | None = None) -> None:
        """Raise the issue, which shows the URL to enter."""
        if not self._pushed:
            self._issues.async_raise(
                Fault.NEVER_PUSHED,
                Symptom(
                    Fault.NEVER_PUSHED,
                    {**in_both(host=self._entry.data[CONF_HOST]), "url": self._url},
                ),
            )


def _store(hass: HomeAssistant, entry: ConfigEntry) -> Store[dict[str, str]]:
    return Store(hass, _VERSION, f"{DOMAIN}.se3.{entry.entry_id}")
