"""The SE AI box integration."""

from contextlib import suppress

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.typing import ConfigType

from .actions import async_setup_actions
from .aibox.client import AiBoxClient, BoxClient
from .aibox.exceptions import AiBoxError
from .aibox.models import Dialect
from .box.added_anew import async_follow_added_anew, async_forget_added_anew
from .box.address import Address
from .box.away import async_away_watch, async_forget_away
from .box.device_memory import async_forget_devices
from .box.dialect import async_find_dialect
from .box.identity import may_listen
from .box.issues import async_check_box, async_forget_issues
from .box.mute import async_check_operation
from .box.options import BoxOptions
from .box.picture_consent import async_forget_picture_consent
from .box.registry import (
    async_follow_capture_devices,
    async_register_box,
    async_registered_capture_devices,
)
from .box.session import async_get_session
from .box.storage import async_forget_bookmark, async_load_bookmark
from .const import (
    CONF_DIALECT,
    CONF_IGNORED_STRANGERS,
    CONF_STATUS_URL_BEFORE,
    CONF_STATUS_WEBHOOK_ID,
    CONF_UPLOAD_WEBHOOK_ID,
    DOMAIN,
)
from .coordinator import SeAiBoxConfigEntry, SeAiBoxCoordinator, async_loaded_box
from .frontend import async_forget_frontend, async_offer_frontend, async_setup_frontend
from .frontend.commands import async_setup_commands
from .people.automation_check import async_check_automations
from .people.following import async_setup_people, async_unload_people, is_people_entry
from .people.photos import FoundPhotoView
from .people.visit_ending import async_forget_visits
from .se3.device_reports import async_forget_reports, async_start_reports
from .se3.entry import (
    async_forget_se3,
    async_open_webhooks,
    async_se3_client,
    async_start_se3,
    is_se3,
)
from .se3.uploads import async_follow_uploads, async_forget_uploads
from .site.attendance_files import async_sweep_exports
from .site.entry import async_forget_site, async_setup_site, async_unload_site
from .site.presence import is_site_entry
from .views import AttendanceView, FolderFaceView, PictureView

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CAMERA,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.LOCK,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up what all boxes share."""
    hass.http.register_view(PictureView)
    hass.http.register_view(FolderFaceView)
    hass.http.register_view(FoundPhotoView)
    hass.http.register_view(AttendanceView)
    async_sweep_exports(hass)
    async_setup_actions(hass)
    async_setup_commands(hass)
    async_open_webhooks(hass)
    async_check_automations(hass)
    await async_setup_frontend(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: SeAiBoxConfigEntry) -> bool:
    """Set up a box, the followed people or a site."""
    await async_offer_frontend(hass)
    if is_people_entry(entry):
        await async_setup_people(hass, entry)
        return True
    if is_site_entry(entry):
        await async_setup_site(hass, entry)
        return True
    await _async_setup_box(hass, entry)
    return True


async def _async_setup_box(hass: HomeAssistant, entry: SeAiBoxConfigEntry) -> None:
    # Before anything can fail.
    async_away_watch(hass, entry)
    if not is_se3(entry.data):
        # Before the listener for changes of the entry, which this may be. An error
        # occurs again below, where it is reported.
        with suppress(AiBoxError):
            await async_find_dialect(hass, entry)
    _follow_changes(entry)
    se3 = await async_se3_client(hass, entry) if is_se3(entry.data) else None
    client: BoxClient = se3 or await _async_client(hass, entry)
    coordinator = SeAiBoxCoordinator(hass, entry, client)
    await coordinator.async_config_entry_first_refresh()
    if se3 is not None:
        await async_start_se3(hass, entry, se3)
    else:
        await async_start_reports(hass, entry, coordinator)
    if isinstance(client, AiBoxClient):
        await async_follow_uploads(hass, entry, client)
    entry.runtime_data = coordinator
    _check_box(hass, entry, coordinator)
    # Before its capture devices, which refer to it.
    async_register_box(hass, entry, coordinator.data.info)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    _follow_capture_devices(hass, entry, coordinator)
    coordinator.async_listen()


def _check_box(
    hass: HomeAssistant, entry: SeAiBoxConfigEntry, coordinator: SeAiBoxCoordinator
) -> None:
    """Raise and clear the issues of a box by what it answers."""
    polls, issues = coordinator.polls, coordinator.issues
    has_reading = coordinator.client.has_reading
    async_check_box(entry, polls, issues, has_reading)
    if has_reading("operation"):
        async_check_operation(
            hass, entry, polls.operation, issues, lambda: coordinator.data
        )


def _follow_capture_devices(
    hass: HomeAssistant, entry: SeAiBoxConfigEntry, coordinator: SeAiBoxCoordinator
) -> None:
    """Keep the registered capture devices as the data says."""

    @callback
    def _follow() -> None:
        anew = coordinator.added_anew
        async_follow_added_anew(hass, entry, coordinator.data, anew)
        # One that was added anew stays until the user has answered.
        async_follow_capture_devices(hass, entry, coordinator.data, keep=anew)

    _follow()
    entry.async_on_unload(coordinator.async_add_listener(_follow))


async def _async_client(hass: HomeAssistant, entry: SeAiBoxConfigEntry) -> AiBoxClient:
    """Return the client of a box with an event socket."""
    address = Address.from_entry(entry.data)
    options = BoxOptions.from_mapping(entry.options)
    return AiBoxClient(
        async_get_session(hass),
        address.host,
        address.ports,
        Dialect(entry.data[CONF_DIALECT]),
        bookmark=await async_load_bookmark(hass, entry.entry_id),
        recovers=options.recover_history,
        receives_uploads=CONF_UPLOAD_WEBHOOK_ID in entry.options,
        freshness_limit=options.freshness_limit,
        wants=options.wants,
        is_box=lambda info: may_listen(info, entry.data),
    )


def _follow_changes(entry: SeAiBoxConfigEntry) -> None:
    """Reload a box when its data or options change.

    Its title, the ignored strangers and where it reported to before need no reload,
    which would make all entities unavailable for a moment: two rows each in the
    logbook.
    """
    loaded_with = _needing_reload(entry)

    async def _follow(hass: HomeAssistant, entry: SeAiBoxConfigEntry) -> None:
        if _needing_reload(entry) != loaded_with:
            hass.config_entries.async_schedule_reload(entry.entry_id)
        elif (coordinator := async_loaded_box(hass, entry.entry_id)) is not None:
            coordinator.async_follow_entry()

    entry.async_on_unload(entry.add_update_listener(_follow))


def _needing_reload(entry: SeAiBoxConfigEntry) -> tuple[object, object]:
    """Return the data and options whose change needs a reload."""
    options = dict(entry.options)
    options.pop(CONF_IGNORED_STRANGERS, None)
    data = {
        key: value
        for key, value in entry.data.items()
        if key not in (CONF_STATUS_URL_BEFORE, CONF_STATUS_WEBHOOK_ID)
    }
    return data, options


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: SeAiBoxConfigEntry, device: dr.DeviceEntry
) -> bool:
    """Let the user delete a capture device that the box no longer lists.

    A box cannot be deleted, and the device of a person is deleted with the person.
    """
    if (coordinator := async_loaded_box(hass, entry.entry_id)) is None:
        return False
    for key, registered in async_registered_capture_devices(hass, entry).items():
        if registered.id == device.id and (
            key not in coordinator.data.in_last_list
            or not coordinator.client.kind.lists_devices
        ):
            await coordinator.async_forget(key)
            return True
    return False


async def async_unload_entry(hass: HomeAssistant, entry: SeAiBoxConfigEntry) -> bool:
    """Unload a box, the followed people or a site."""
    if is_people_entry(entry):
        return await async_unload_people(hass, entry)
    if is_site_entry(entry):
        return await async_unload_site(hass, entry)
    coordinator = entry.runtime_data
    # First: entities must show everything that the bus reports.
    await coordinator.async_stop_listening()
    if await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        if entry.disabled_by:
            async_forget_added_anew(hass, entry.entry_id)
        return True
    coordinator.async_resume_listening()
    return False


async def async_remove_entry(hass: HomeAssistant, entry: SeAiBoxConfigEntry) -> None:
    """Delete what is stored of a removed entry, the dashboard with the last."""
    await async_forget_frontend(hass)
    if is_people_entry(entry):
        await async_forget_visits(hass, entry)
        return
    if is_site_entry(entry):
        await async_forget_site(hass, entry)
        return
    if is_se3(entry.data):
        await async_forget_se3(hass, entry)
    else:
        await async_forget_reports(hass, entry)
    await async_forget_uploads(hass, entry)
    async_forget_away(hass, entry)
    async_forget_issues(hass, entry.entry_id)
    async_forget_added_anew(hass, entry.entry_id)
    await async_forget_devices(hass, entry.entry_id)
    await async_forget_picture_consent(hass, entry.entry_id)
    await async_forget_bookmark(hass, entry.entry_id)
