"""What a box reports on its capture devices."""

from datetime import timedelta
from http import HTTPStatus
import logging

import aiohttp
import pytest

from custom_components.se_aibox.aibox.models import Ports
from custom_components.se_aibox.box import offline
from custom_components.se_aibox.box.address import Address
from custom_components.se_aibox.box.issues import Fault
from custom_components.se_aibox.const import DOMAIN
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from custom_components.se_aibox.se3 import device_reports, webhook
from emulator import EmulatedBox, Variant
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from tests.integration.box.repairs_helpers import issue_of, raised
from tests.integration.conftest import ClientGenerator, SetUp
from tests.integration.flow.replacement_helpers import new_box, replace_box
from tests.integration.helpers import (
    Dialect,
    let_time_pass,
    ports_of,
    set_up_entry,
    state_becomes,
    state_of,
    until,
    until_listening,
)

from .report_helpers import (
    FRONT_DOOR,
    GATE,
    LOBBY,
    ON,
    come_back,
    data_of,
    go_offline,
    our_url,
)
from .se3_helpers import OTHER_URL, names_resolve, serve

pytest_plugins = ["tests.integration.se3.se3_fixtures"]

# Three reports of a box that reports every ten seconds.
MISSED = timedelta(seconds=31)


@pytest.fixture
async def entry(box: EmulatedBox, base: str, set_up: SetUp) -> SeAiBoxConfigEntry:
    """Set up a box that reports."""
    box.settings.device_monitor_period = 10
    entry = await set_up(ON, **data_of())
    await until(lambda: box.settings.device_monitor_url == our_url(base))
    return entry


async def report(hass: HomeAssistant, box: EmulatedBox) -> None:
    """Let the box report."""
    assert await box.report_status() == HTTPStatus.OK
    await hass.async_block_till_done()


def logged(caplog: pytest.LogCaptureFixture, text: str) -> int:
    """Return how many warnings of ours have a text."""
    return sum(
        text in record.getMessage()
        for record in caplog.records
        if record.levelno == logging.WARNING and "se_aibox" in record.name
    )


async def test_reported_capture_device_is_online_or_offline(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    """Before the first report, there is no entity."""
    assert hass.states.get(FRONT_DOOR) is None
    go_offline(box, 1)
    await report(hass, box)
    assert state_of(hass, FRONT_DOOR) == "on"
    assert state_of(hass, GATE) == "off"
    assert state_of(hass, LOBBY) == "on"
    registered = entity_registry.async_get(FRONT_DOOR)
    assert registered is not None
    assert registered.entity_category == "diagnostic"
    assert registered.original_device_class == "connectivity"

    come_back(box, 1)
    go_offline(box, 0)
    await report(hass, box)
    assert state_of(hass, FRONT_DOOR) == "off"
    assert state_of(hass, GATE) == "on"


@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_report_without_ids_counts_by_address(
    hass: HomeAssistant, dialect: str, base: str
) -> None:
    """The box may leave the ids out."""
    variant = Variant(status_ids_missing=True, status_list_as_in_table=True)
    async with EmulatedBox(
        "flat" if dialect == "flat" else "nested", device_count=3, variant=variant
    ) as box:
        await set_up_entry(hass, box, ON, data_of())
        await until(lambda: box.settings.device_monitor_url == our_url(base))
        go_offline(box, 1)
        await report(hass, box)
        assert state_of(hass, FRONT_DOOR) == "on"
        assert state_of(hass, GATE) == "off"


async def test_capture_device_that_is_not_selected_has_no_entity(
    hass: HomeAssistant, box: EmulatedBox, base: str, set_up: SetUp
) -> None:
    """A new one has an entity once it is reported."""
    left_out = box.devices[0].device_id
    await set_up(
        {**ON, "ignored_capture_devices": [left_out], "capture_devices": []},
        **data_of(),
    )
    await until(lambda: box.settings.device_monitor_url == our_url(base))
    await report(hass, box)
    assert hass.states.get(FRONT_DOOR) is None
    assert state_of(hass, GATE) == "on"


async def test_missing_reports_make_the_entity_unavailable(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What was true some time ago is not shown as true."""
    await report(hass, box)
    let_time_pass(hass, MISSED / 2)
    await hass.async_block_till_done()
    assert state_of(hass, FRONT_DOOR) == "on"
    let_time_pass(hass, MISSED)
    await state_becomes(hass, FRONT_DOOR, "unavailable")
    await report(hass, box)
    assert state_of(hass, FRONT_DOOR) == "on"
    # Requests may have run into the seconds that passed at once.
    caplog.clear()


async def test_report_without_a_capture_device_makes_it_unavailable(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry, base: str
) -> None:
    """Nobody knows whether it is online."""
    await report(hass, box)
    async with (
        aiohttp.ClientSession() as session,
        session.post(our_url(base), data=b'{"sub_devices": []}') as answer,
    ):
        assert answer.status == HTTPStatus.OK
    assert state_of(hass, FRONT_DOOR) == "unavailable"


async def test_box_that_is_away_makes_the_entity_unavailable(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
) -> None:
    """It is back with the connection."""
    await report(hass, box)
    await box.port("events").close()
    await state_becomes(hass, FRONT_DOOR, "unavailable")
    await box.port("events").open()
    await state_becomes(hass, FRONT_DOOR, "on")


async def test_box_that_is_away_is_not_blamed_for_its_reports(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One line says that it is away."""
    await report(hass, box)
    await box.cut_power()
    await state_becomes(hass, FRONT_DOOR, "unavailable")
    requests = len(box.requests)
    let_time_pass(hass, MISSED)
    await until(lambda: not entry.runtime_data.data.online)
    await hass.async_block_till_done(wait_background_tasks=False)
    await box.start()
    await until_listening(entry)
    assert len(box.requests) > requests
    assert logged(caplog, "does not report") == 0
    await report(hass, box)
    assert state_of(hass, FRONT_DOOR) == "on"
    caplog.clear()


async def test_box_that_lost_the_url_gets_it_again(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    base: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It was reset, and reports are missing."""
    box.settings.device_monitor_url = ""
    # The first wait is as long as three reports usually take.
    let_time_pass(hass, timedelta(seconds=181))
    await until(lambda: box.settings.device_monitor_url == our_url(base))
    caplog.clear()


@pytest.mark.parametrize(
    "current", ["", OTHER_URL, "http://10.0.0.2:8123/api/webhook/" + "c0ffee" * 10]
)
async def test_url_that_was_agreed_on_is_replaced(
    box: EmulatedBox, base: str, set_up: SetUp, current: str
) -> None:
    """Home Assistant may have had another address."""
    box.settings.device_monitor_url = current
    await set_up(ON, **data_of(OTHER_URL))
    await until(lambda: box.settings.device_monitor_url == our_url(base))


@pytest.mark.parametrize(
    "current", ["http://127.0.0.1:9/new?key=secret", "http://[", "/x"]
)
async def test_url_of_somebody_else_stays(
    hass: HomeAssistant,
    box: EmulatedBox,
    base: str,
    set_up: SetUp,
    current: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One line in the log has its host only."""
    box.settings.device_monitor_url = current
    await set_up(ON, **data_of())
    await until(lambda: logged(caplog, "it reports to somebody else now") == 1)
    assert ("(127.0.0.1)" if "127" in current else "(?)") in caplog.text
    assert "(http" not in caplog.text
    let_time_pass(hass, timedelta(seconds=181))
    await hass.async_block_till_done(wait_background_tasks=False)
    assert logged(caplog, "does not report") == 1
    assert box.settings.device_monitor_url == current
    caplog.clear()


async def test_box_that_does_not_take_the_url_is_logged(
    hass: HomeAssistant, base: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Everything else works."""
    variant = Variant(ignores_settings=True)
    async with EmulatedBox("flat", device_count=3, variant=variant) as box:
        await set_up_entry(hass, box, ON, data_of())
        await until(lambda: logged(caplog, "cannot be set up to report here") == 1)


@pytest.mark.parametrize("dialect", ["flat"])
async def test_home_assistant_without_a_plain_address_is_logged(
    hass: HomeAssistant,
    box: EmulatedBox,
    base: str,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A box cannot use https for a local address."""
    assert hass.config.api is not None
    hass.config.api.use_ssl = True
    await set_up(ON, **data_of())
    await until(lambda: logged(caplog, "https_only") == 1)
    assert box.settings.device_monitor_url == ""


@pytest.mark.parametrize(
    ("period", "seconds"),
    [(None, 60), ("20", 20), ("1", 10), ("1e9", 3600), ("soon", 60), ("-inf", 10)],
)
def test_period_is_bounded(period: str | None, seconds: float) -> None:
    """A box may report that it never reports."""
    assert device_reports._seconds(period) == seconds


async def test_option_turned_off_puts_the_url_back(
    hass: HomeAssistant, box: EmulatedBox, base: str, set_up: SetUp
) -> None:
    """The entities go."""
    box.settings.device_monitor_url = OTHER_URL
    entry = await set_up(ON, **data_of(OTHER_URL))
    await until(lambda: box.settings.device_monitor_url == our_url(base))
    await report(hass, box)
    assert hass.states.get(FRONT_DOOR) is not None

    hass.config_entries.async_update_entry(
        entry, options={**entry.options, "device_status": False}
    )
    await until(lambda: "status_webhook_id" not in entry.data)
    assert box.settings.device_monitor_url == OTHER_URL
    assert "status_url_before" not in entry.data
    assert hass.states.get(FRONT_DOOR) is None
    assert er.async_get(hass).async_get(FRONT_DOOR) is None
    await until_listening(entry)


async def test_option_turned_off_leaves_the_url_of_somebody_else(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
) -> None:
    """Only our own URL is replaced."""
    box.settings.device_monitor_url = OTHER_URL
    hass.config_entries.async_update_entry(
        entry, options={**entry.options, "device_status": False}
    )
    await until(lambda: "status_webhook_id" not in entry.data)
    assert box.settings.device_monitor_url == OTHER_URL
    await until_listening(entry)


async def test_url_that_cannot_be_put_back_is_put_back_later(
    hass: HomeAssistant,
    box: EmulatedBox,
    base: str,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The next set-up tries again."""
    box.settings.device_monitor_url = our_url(base)
    box.settings.platform_url, box.settings.work_mode = OTHER_URL, "mq"
    entry = await set_up({"device_status": False}, **data_of(OTHER_URL))
    await until(lambda: logged(caplog, "Cannot stop BM1684-180 from reporting") == 1)
    assert box.settings.device_monitor_url == our_url(base)
    assert "status_webhook_id" in entry.data

    box.settings.platform_url = ""
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until(lambda: box.settings.device_monitor_url == OTHER_URL)
    await until(lambda: "status_webhook_id" not in entry.data)
    await until_listening(entry)


async def test_removed_box_gets_its_url_back(
    hass: HomeAssistant, box: EmulatedBox, base: str, set_up: SetUp
) -> None:
    """Home Assistant takes no more reports of it."""
    entry = await set_up(ON, **data_of(OTHER_URL))
    await until(lambda: box.settings.device_monitor_url == our_url(base))
    await hass.config_entries.async_remove(entry.entry_id)
    assert box.settings.device_monitor_url == OTHER_URL


async def test_removed_box_that_is_away_keeps_our_url(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    base: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The log says what to do."""
    await box.cut_power()
    await hass.config_entries.async_remove(entry.entry_id)
    assert box.settings.device_monitor_url == our_url(base)
    assert logged(caplog, "remove the URL on the box") == 1


async def test_disabled_box_is_not_listened_to(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
) -> None:
    """Its reports change nothing, and it still may report when it is enabled."""
    await hass.config_entries.async_set_disabled_by(
        entry.entry_id, ConfigEntryDisabler.USER
    )
    assert await box.report_status() == HTTPStatus.OK
    assert hass.states.get(FRONT_DOOR) is None
    await hass.config_entries.async_set_disabled_by(entry.entry_id, None)
    await until_listening(entry)
    await report(hass, box)
    assert state_of(hass, FRONT_DOOR) == "on"


async def test_capture_device_that_stays_offline_is_raised_until_it_is_back(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    device_registry: dr.DeviceRegistry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One issue names all of them, by the names that the user gave."""
    go_offline(box, 0)
    go_offline(box, 1)
    await report(hass, box)
    assert raised(hass) == set()
    monkeypatch.setattr(offline, "_PATIENCE_SECONDS", 0.0)
    await report(hass, box)
    issue = issue_of(hass, Fault.CAPTURE_DEVICE_AWAY)
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["devices"] == "Front door, 大门"
    assert issue.translation_placeholders["name"] == "BM1684-180"
    assert not issue.is_fixable

    # A reload is no return, and disabled capture devices are nobody's concern.
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(entry)
    registered = device_registry.async_get_device_by_identifier(
        (DOMAIN, f"{entry.entry_id}_{box.devices[1].device_id}"), entry.entry_id
    )
    assert registered is not None
    device_registry.async_update_device(
        registered.id, disabled_by=dr.DeviceEntryDisabler.USER
    )
    assert raised(hass) == {"capture_device_away"}
    monkeypatch.setattr(offline, "_PATIENCE_SECONDS", 0.001)
    await report(hass, box)
    issue = issue_of(hass, Fault.CAPTURE_DEVICE_AWAY)
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["devices"] == "Front door"

    come_back(box, 0)
    await report(hass, box)
    assert raised(hass) == set()


async def test_missing_reports_do_not_clear_the_issue(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    base: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nobody knows that it is back. Without the option, nobody will."""
    monkeypatch.setattr(offline, "_PATIENCE_SECONDS", 0.0)
    go_offline(box)
    await report(hass, box)
    let_time_pass(hass, MISSED)
    await state_becomes(hass, FRONT_DOOR, "unavailable")
    assert raised(hass) == {"capture_device_away"}
    caplog.clear()
    hass.config_entries.async_update_entry(
        entry, options={**entry.options, "device_status": False}
    )
    await until(lambda: "status_webhook_id" not in entry.data)
    assert raised(hass) == set()
    await until_listening(entry)


async def test_hostile_report_changes_nothing(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry, base: str
) -> None:
    """It is counted."""
    await report(hass, box)
    async with aiohttp.ClientSession() as session:
        for body, status in (
            (b"{", HTTPStatus.BAD_REQUEST),
            (b"[]", HTTPStatus.BAD_REQUEST),
            (b"{}", HTTPStatus.BAD_REQUEST),
            (b'{"sub_devices": 1}', HTTPStatus.BAD_REQUEST),
            (b" " * (1024 * 1024 + 1), HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        ):
            async with session.post(our_url(base), data=body) as answer:
                assert answer.status == status
    assert state_of(hass, FRONT_DOOR) == "on"
    assert sum(entry.runtime_data.log.skipped.values()) == 5


async def test_report_from_another_address_is_refused(
    hass: HomeAssistant,
    box: EmulatedBox,
    hass_client: ClientGenerator,
    set_up: SetUp,
) -> None:
    """A repair offers to accept it, until the box itself reports."""
    proxies = {"use_x_forwarded_for": True, "trusted_proxies": ["127.0.0.1"]}
    assert await async_setup_component(hass, "http", {"http": proxies})
    base = await serve(hass, hass_client)
    await set_up(ON, **data_of())
    await until(lambda: box.settings.device_monitor_url == our_url(base))
    headers = {"X-Forwarded-For": "192.168.1.66"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            our_url(base), json={"sub_devices": []}, headers=headers
        ) as answer,
    ):
        assert answer.status == HTTPStatus.FORBIDDEN
    issue = issue_of(hass, Fault.PUSH_REFUSED)
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["address"] == "192.168.1.66"
    await report(hass, box)
    assert raised(hass) == set()


@pytest.mark.parametrize("dialect", ["flat"])
async def test_report_is_accepted_from_the_address_of_a_host_name(
    hass: HomeAssistant,
    box: EmulatedBox,
    base: str,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that is resolved later counts from then on."""
    names: dict[str, list[str]] = {"box.local": ["192.168.1.66"]}
    names_resolve(monkeypatch, names)
    # The tests cannot resolve a name, so requests go to the address.
    address = Address(box.host, Ports(*ports_of(box).values()))
    monkeypatch.setattr(Address, "from_entry", lambda _: address)
    monkeypatch.setattr(webhook, "source_address", lambda _: "127.0.0.1")
    await set_up(ON, **data_of(), host="box.local")
    await until(lambda: box.settings.device_monitor_url == our_url(base))
    assert await box.report_status() == HTTPStatus.FORBIDDEN
    names["box.local"] = ["127.0.0.1"]
    let_time_pass(hass, timedelta(seconds=61))
    await hass.async_block_till_done()
    await report(hass, box)
    assert state_of(hass, FRONT_DOOR) == "on"


@pytest.mark.parametrize("url", ["", OTHER_URL])
async def test_new_box_reports_here_unless_it_reports_to_somebody(
    hass: HomeAssistant,
    box: EmulatedBox,
    dialect: Dialect,
    base: str,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
    url: str,
) -> None:
    """What the box before it reported to is no URL of the new one."""
    box.settings.device_monitor_url = OTHER_URL
    entry = await set_up(ON, **data_of(OTHER_URL))
    await until(lambda: box.settings.device_monitor_url == our_url(base))
    await report(hass, box)
    before = er.async_get(hass).async_get(FRONT_DOOR)
    async with new_box(dialect) as new:
        new.settings.device_monitor_url = url
        await replace_box(hass, entry, new)
        assert entry.data["status_url_before"] == ""
        if url:
            await until(lambda: logged(caplog, "reports to somebody else") == 1)
            assert new.settings.device_monitor_url == url
        else:
            ours = our_url(base)
            await until(lambda: new.settings.device_monitor_url == ours)
        after = er.async_get(hass).async_get(FRONT_DOOR)
        assert before is not None
        assert after is not None
        assert after.id == before.id
        if not url:
            await report(hass, new)
            assert state_of(hass, FRONT_DOOR) == "on"
        assert await hass.config_entries.async_unload(entry.entry_id)
