"""The history that a box with an event socket uploads to a webhook.

It is a second way in, where the event socket is closed: the user's choice, because the
box may upload to one URL only.
"""

from dataclasses import dataclass
from typing import TypedDict

from homeassistant.components.webhook import async_generate_id, async_generate_path
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from ..aibox.client import AiBoxClient
from ..aibox.exceptions import AiBoxError
from ..aibox.rest import Rest
from ..aibox.upload_urls import change_upload_urls, upload_urls
from ..box.session import async_stored_rest
from ..const import CONF_UPLOAD_WEBHOOK_ID, DOMAIN, LOGGER
from .webhook import (
    NoPushUrlError,
    async_close_webhook,
    async_open_webhook,
    async_push_url,
    async_set_receiver,
    async_start_receiver,
)

_VERSION = 1


class _Changed(TypedDict):
    """What was changed on the box, to be undone."""

    webhook_id: str
    # The only URL of a 2.0 box before ours, or an empty text.
    before: str


@dataclass(frozen=True, slots=True)
class UploadPlan:
    """What the user is asked to agree to."""

    webhook_id: str
    # Where the box would upload to.
    url: str
    # The URL that would be replaced, an empty text without one.
    replaced: str


async def async_plan_uploads(hass: HomeAssistant, entry: ConfigEntry) -> UploadPlan:
    """Return what uploads would change on a box.

    Raises `NoPushUrlError`, and `AiBoxError` if the box cannot upload, or does not
    report where to.
    """
    urls = await upload_urls(async_stored_rest(hass, entry))
    changed = await _store(hass, entry).async_load()
    if changed is not None and urls.has(async_generate_path(changed["webhook_id"])):
        # It is ours: it could not be taken out when the option was switched off.
        webhook_id, replaced = changed["webhook_id"], changed["before"]
    else:
        webhook_id, replaced = async_generate_id(), urls.text if urls.is_single else ""
    url = await async_push_url(hass, webhook_id, entry.data[CONF_HOST])
    return UploadPlan(webhook_id, url, replaced)


async def async_follow_uploads(
    hass: HomeAssistant, entry: ConfigEntry, client: AiBoxClient
) -> None:
    """Receive the uploads of a box, or undo what that needed on it.

    Check the identity of the box first. Does not raise: it is the second way in.
    """
    webhook_id = entry.options.get(CONF_UPLOAD_WEBHOOK_ID)
    changed = await _store(hass, entry).async_load()
    if changed is not None and changed["webhook_id"] != webhook_id:
        if not await _async_undo(hass, entry, client.rest, changed):
            # Another URL must not take the place of what is to be put back.
            return
        changed = None
    if webhook_id is None:
        return
    await _async_receive(hass, entry, client, webhook_id)
    try:
        await _async_upload_here(hass, entry, client.rest, webhook_id, changed)
    except NoPushUrlError:
        LOGGER.warning(
            "%s cannot be told where to upload its history: Home Assistant has no"
            " http address in the local network",
            entry.title,
        )
    except AiBoxError as error:
        LOGGER.warning(
            "%s cannot be told where to upload its history (%s)", entry.title, error
        )


async def _async_receive(
    hass: HomeAssistant, entry: ConfigEntry, client: AiBoxClient, webhook_id: str
) -> None:
    """Receive uploads until the entry is unloaded."""
    async_open_webhook(hass, entry.title, webhook_id)
    await async_start_receiver(
        hass, entry, webhook_id, client.uploads, drops_unreadable=True
    )

    @callback
    def _stop() -> None:
        async_set_receiver(hass, webhook_id, None)
        # Otherwise, it is only a reload.
        if entry.disabled_by or entry.options.get(CONF_UPLOAD_WEBHOOK_ID) != webhook_id:
            async_close_webhook(hass, webhook_id)

    entry.async_on_unload(_stop)


async def _async_upload_here(
    hass: HomeAssistant,
    entry: ConfigEntry,
    rest: Rest,
    webhook_id: str,
    changed: _Changed | None,
) -> None:
    """Set the URL on the box; first store what stands there."""
    url = await async_push_url(hass, webhook_id, entry.data[CONF_HOST])
    urls = await upload_urls(rest)
    stands = urls.has(async_generate_path(webhook_id))
    if (
        changed is not None
        and urls.is_single
        and not (stands or urls.text in ("", changed["before"]))
    ):
        # The user did not agree to replace this one.
        LOGGER.warning(
            "%s uploads its history to another URL by now, and no longer to Home"
            " Assistant. To replace that URL, switch the option off and on again",
            entry.title,
        )
        return
    if changed is None:
        before = urls.text if urls.is_single and not stands else ""
        await _store(hass, entry).async_save(
            {"webhook_id": webhook_id, "before": before}
        )
    wanted = urls.with_url(url)
    if wanted != urls:
        await change_upload_urls(rest, wanted)


async def _async_undo(
    hass: HomeAssistant, entry: ConfigEntry, rest: Rest, changed: _Changed
) -> bool:
    """Put back what stood on the box; return whether that is done."""
    async_close_webhook(hass, changed["webhook_id"])
    path = async_generate_path(changed["webhook_id"])
    try:
        urls = await upload_urls(rest)
        # Somebody else's stays.
        if urls.has(path):
            await change_upload_urls(rest, urls.without(path, changed["before"]))
    except AiBoxError as error:
        LOGGER.warning(
            "Cannot undo that %s uploads its history to Home Assistant (%s); change the"
            " URL in the web page of the box. Until then, Home Assistant ignores the"
            " uploads",
            entry.title,
            error,
        )
        return False
    await _store(hass, entry).async_remove()
    return True


async def async_forget_replaced_url(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Forget the URL that ours replaced: it was of a box that is replaced."""
    # A new box that uploads to somebody else goes on to do so.
    store = _store(hass, entry)
    if (changed := await store.async_load()) is not None:
        await store.async_save({**changed, "before": ""})


async def async_forget_uploads(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Undo what uploads needed on a removed box."""
    if (webhook_id := entry.options.get(CONF_UPLOAD_WEBHOOK_ID)) is not None:
        async_close_webhook(hass, webhook_id)
    store = _store(hass, entry)
    if (changed := await store.async_load()) is None:
        return
    await _async_undo(hass, entry, async_stored_rest(hass, entry), changed)
    await store.async_remove()


def _store(hass: HomeAssistant, entry: ConfigEntry) -> Store[_Changed]:
    return Store(hass, _VERSION, f"{DOMAIN}.uploads.{entry.entry_id}")
