"""The option that lets a box report on its capture devices."""

import asyncio
from typing import Any

import pytest

from custom_components.se_aibox.aibox.exceptions import AiBoxTimeoutError
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.settings import Setting
from custom_components.se_aibox.se3.device_reports import _async_stop_reports, hosts_of
from emulator import EmulatedBox, EmulatedSe3, Variant
from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    our_tasks,
    set_up_entry,
    state_becomes,
    until,
    until_listening,
)
from tests.integration.se3.report_helpers import FRONT_DOOR, ON, data_of, our_url
from tests.integration.se3.se3_helpers import OTHER_URL, add, make_se3_entry

from .options_helpers import change, choice, enter_options, open_options

pytest_plugins = ["tests.integration.se3.se3_fixtures"]


def sentence(result: ConfigFlowResult) -> str:
    """Return the sentence about where the box reports to."""
    placeholders = result["description_placeholders"]
    assert placeholders is not None
    return str(placeholders["reported_to"])


def is_offered(result: ConfigFlowResult) -> bool:
    """Return whether the form has the option."""
    schema = result["data_schema"]
    assert schema is not None
    return "device_status" in schema.schema


async def turn_on(hass: HomeAssistant, entry: ConfigEntry) -> ConfigFlowResult:
    """Open the options and turn the option on."""
    result = await open_options(hass, entry)
    return await hass.config_entries.options.async_configure(
        result["flow_id"], choice(entry, device_status=True)
    )


async def test_user_turns_reports_on_and_off(
    hass: HomeAssistant, box: EmulatedBox, base: str, set_up: SetUp
) -> None:
    """The form names who got them before, and the URL is put back."""
    box.settings.device_monitor_url = f"{OTHER_URL}?key=secret,http://[/"
    entry = await set_up()
    result = await open_options(hass, entry)
    assert is_offered(result)
    assert sentence(result) == (
        r"**The box currently reports to 10\.0\.0\.1\, \?,"
        r" which will no longer get reports.**"
    )
    await change(hass, box, entry, device_status=True)
    webhook_id = entry.data["status_webhook_id"]
    assert box.settings.device_monitor_url == f"{base}/api/webhook/{webhook_id}"
    assert entry.data["status_url_before"] == f"{OTHER_URL}?key=secret,http://[/"
    assert await box.report_status() == 200
    await state_becomes(hass, FRONT_DOOR, "on")

    result = await open_options(hass, entry)
    assert sentence(result) == "The box currently reports to Home Assistant."
    await change(hass, box, entry, device_status=False)
    await until(lambda: "status_webhook_id" not in entry.data)
    assert box.settings.device_monitor_url == f"{OTHER_URL}?key=secret,http://[/"
    assert hass.states.get(FRONT_DOOR) is None
    await until_listening(entry)


async def test_other_option_changes_while_reports_are_on(
    hass: HomeAssistant, box: EmulatedBox, base: str, set_up: SetUp
) -> None:
    """The box is not told its URL again, and what was there before stays known."""
    box.settings.device_monitor_url = our_url(base)
    entry = await set_up(ON, **data_of(OTHER_URL))
    await change(hass, box, entry, device_status=True, hold_time=7)
    assert entry.data["status_url_before"] == OTHER_URL
    assert box.settings.device_monitor_url == our_url(base)


async def test_option_turned_on_again_keeps_the_first_url(
    hass: HomeAssistant,
    box: EmulatedBox,
    base: str,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Our own URL, which could not be replaced meanwhile, is not put back later."""
    box.settings.device_monitor_url = our_url(base)
    box.settings.platform_url, box.settings.work_mode = OTHER_URL, "mq"
    entry = await set_up({"device_status": False}, **data_of(OTHER_URL))
    await until(lambda: "Cannot stop BM1684-180 from reporting" in caplog.text)
    box.settings.platform_url = ""
    await change(hass, box, entry, device_status=True)
    assert entry.data["status_url_before"] == OTHER_URL
    assert box.settings.device_monitor_url == our_url(base)


async def test_flow_that_the_user_leaves_changes_nothing_on_the_box(
    hass: HomeAssistant, box: EmulatedBox, base: str, set_up: SetUp
) -> None:
    """A second form asks about the uploads of the history."""
    box.settings.device_monitor_url = OTHER_URL
    entry = await set_up()
    result = await enter_options(hass, entry, device_status=True, receive_uploads=True)
    assert result["step_id"] == "uploads"
    assert box.settings.device_monitor_url == OTHER_URL
    assert "status_webhook_id" not in entry.data

    # It is an error only now, and the user can go on without the reports.
    box.settings.platform_url, box.settings.work_mode = OTHER_URL, "mq"
    result = await hass.config_entries.options.async_configure(result["flow_id"], {})
    assert result["step_id"] == "init"
    assert result["errors"] == {"device_status": "managed"}
    box.settings.platform_url = ""
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], choice(entry, device_status=True, receive_uploads=True)
    )
    result = await hass.config_entries.options.async_configure(result["flow_id"], {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert box.settings.device_monitor_url.endswith(entry.data["status_webhook_id"])
    assert entry.data["status_url_before"] == OTHER_URL
    assert box.settings.history_upload_url.endswith(entry.options["upload_webhook_id"])


@pytest.mark.parametrize("failures", [1, 2])
async def test_url_is_put_back_if_the_answer_to_its_change_is_lost(
    hass: HomeAssistant,
    box: EmulatedBox,
    base: str,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
    failures: int,
) -> None:
    """At once, or at the next set-up if the box answers nothing meanwhile."""
    box.settings.device_monitor_url = OTHER_URL
    entry = await set_up()
    change_setting = Rest.change_setting
    left = failures

    async def _lose_answer(rest: Rest, setting: Setting, value: str) -> None:
        nonlocal left
        left -= 1
        if left >= 0 and value == OTHER_URL:
            raise AiBoxTimeoutError
        await change_setting(rest, setting, value)
        if left >= 0:
            raise AiBoxTimeoutError

    monkeypatch.setattr(Rest, "change_setting", _lose_answer)
    result = await turn_on(hass, entry)
    assert result["errors"] == {"device_status": "reports_refused"}
    is_back = failures == 1
    assert (box.settings.device_monitor_url == OTHER_URL) is is_back
    assert ("status_webhook_id" not in entry.data) is is_back
    await hass.config_entries.async_reload(entry.entry_id)
    await until(lambda: box.settings.device_monitor_url == OTHER_URL)
    await until(lambda: "status_webhook_id" not in entry.data)
    await until_listening(entry)


async def test_earlier_reports_that_stop_meanwhile_do_not_stop_new_ones(
    hass: HomeAssistant,
    box: EmulatedBox,
    base: str,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The last set-up still puts the URL back when the option is turned on again."""
    box.settings.device_monitor_url = our_url(base)
    box.settings.platform_url, box.settings.work_mode = OTHER_URL, "mq"
    entry = await set_up({"device_status": False}, **data_of(OTHER_URL))
    await until(lambda: not any(t.endswith(" reports") for t in our_tasks()))
    box.settings.platform_url = ""
    change_setting = Rest.change_setting

    async def _stop_meanwhile(rest: Rest, setting: Setting, value: str) -> None:
        monkeypatch.setattr(Rest, "change_setting", change_setting)
        await asyncio.gather(
            *(_async_stop_reports(hass, entry, rest) for _ in range(2))
        )
        assert "status_webhook_id" not in entry.data
        await change_setting(rest, setting, value)

    monkeypatch.setattr(Rest, "change_setting", _stop_meanwhile)
    await change(hass, box, entry, device_status=True)
    assert entry.data["status_url_before"] == OTHER_URL
    assert box.settings.device_monitor_url == our_url(base)


async def test_box_that_reports_to_nobody(
    hass: HomeAssistant, box: EmulatedBox, base: str, set_up: SetUp
) -> None:
    """That is said, too."""
    entry = await set_up()
    result = await open_options(hass, entry)
    assert sentence(result) == "The box currently reports to nobody."


@pytest.mark.parametrize("dialect", ["flat"])
@pytest.mark.parametrize(
    "variant", [Variant(ignores_settings=True), Variant(settings_call_missing=True)]
)
async def test_box_that_does_not_take_the_url_is_an_error(
    hass: HomeAssistant, base: str, variant: Variant, dialect: Any
) -> None:
    """The option stays off."""
    async with EmulatedBox(dialect, device_count=3, variant=variant) as box:
        entry = await set_up_entry(hass, box)
        result = await turn_on(hass, entry)
        assert result["type"] is FlowResultType.FORM
        assert result["errors"] == {"device_status": "reports_refused"}
        assert "status_webhook_id" not in entry.data
        assert "device_status" not in entry.options


async def test_url_of_a_managed_box_stays(
    hass: HomeAssistant, box: EmulatedBox, base: str, set_up: SetUp
) -> None:
    """The platform would replace it again."""
    box.settings.platform_url, box.settings.work_mode = OTHER_URL, "mq"
    box.settings.device_monitor_url = OTHER_URL
    result = await turn_on(hass, await set_up())
    assert result["errors"] == {"device_status": "managed"}
    assert box.settings.device_monitor_url == OTHER_URL


async def test_home_assistant_without_a_plain_address_is_an_error(
    hass: HomeAssistant, box: EmulatedBox, base: str, set_up: SetUp
) -> None:
    """The error says what is missing."""
    assert hass.config.api is not None
    hass.config.api.use_ssl = True
    result = await turn_on(hass, await set_up())
    assert result["errors"] == {"device_status": "https_only"}
    assert box.settings.device_monitor_url == ""


@pytest.mark.parametrize("dialect", ["nested"])
async def test_box_without_configuration_is_not_offered_the_option(
    hass: HomeAssistant, dialect: Any
) -> None:
    """No firmware before V5R7 has the call."""
    variant = Variant(config_call_missing=True)
    async with EmulatedBox(dialect, device_count=3, variant=variant) as box:
        entry = await set_up_entry(hass, box)
        assert not is_offered(await open_options(hass, entry))


async def test_se3_is_not_offered_the_option(
    hass: HomeAssistant, se3: EmulatedSe3, base: str
) -> None:
    """It has no call for it that is known to work."""
    entry = await add(hass, make_se3_entry(se3))
    assert not is_offered(await open_options(hass, entry))


async def test_option_can_be_turned_off_while_the_box_is_away(
    hass: HomeAssistant, box: EmulatedBox, base: str, set_up: SetUp
) -> None:
    """It cannot be turned on."""
    entry = await set_up(ON, **data_of())
    await until(lambda: box.settings.device_monitor_url == our_url(base))
    assert await hass.config_entries.async_unload(entry.entry_id)
    result = await open_options(hass, entry)
    assert is_offered(result)
    assert sentence(result) == "It is not known where the box currently reports to."
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], choice(entry, device_status=False)
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options["device_status"] is False

    result = await turn_on(hass, entry)
    assert result["errors"] == {"device_status": "reports_refused"}


@pytest.mark.parametrize(
    ("urls", "hosts"),
    [
        ("", []),
        ("http://a.b:1/c?d=e , https://user:word@f/g,", ["a.b", "f"]),
        ("/relative,http://[", ["?", "?"]),
    ],
)
def test_only_hosts_of_urls_are_shown(urls: str, hosts: list[str]) -> None:
    """The rest of a URL may be secret."""
    assert hosts_of(urls) == hosts
