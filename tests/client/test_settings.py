"""Changes of the configuration of a box."""

from unittest.mock import patch

import pytest

from custom_components.se_aibox.aibox.exceptions import (
    AiBoxBusyError,
    AiBoxConnectionError,
    AiBoxError,
    AiBoxNotChangedError,
    AiBoxNotFoundError,
    AiBoxRefusedError,
    Refusal,
)
from custom_components.se_aibox.aibox.models import Dialect, PassMode
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.settings import WRITABLE, Setting
from emulator import CannedAnswer, EmulatedBox, Variant

CALLS = {
    Dialect.NESTED: "/SophonConfig/api/Configs",
    Dialect.FLAT: "/sophon/v2/face/setconfigs",
}
URL = "http://192.168.0.12:8123/api/webhook/abc"


@pytest.mark.parametrize("setting", sorted(WRITABLE))
async def test_setting_is_changed_and_read_back(
    rest: Rest, box: EmulatedBox, setting: Setting
) -> None:
    """Every setting that may be changed is one of the box."""
    value = "allpass" if setting is Setting.PASS_MODE else URL
    await rest.change_setting(setting, value)
    assert getattr(box.settings, setting) == value
    assert await rest.setting(setting) == value
    assert not box.errors


async def test_url_is_removed(rest: Rest, box: EmulatedBox) -> None:
    """An empty text is no value."""
    box.settings.device_monitor_url = URL
    await rest.change_setting(Setting.DEVICE_MONITOR_URL, "")
    assert box.settings.device_monitor_url == ""
    assert await rest.setting(Setting.DEVICE_MONITOR_URL) is None


async def test_pass_mode_is_known_after_a_change(rest: Rest) -> None:
    """The mode is that of the box."""
    await rest.change_setting(Setting.PASS_MODE, "allforbidden")
    assert await rest.pass_mode() is PassMode.NOBODY


async def test_value_that_the_box_does_not_know_is_an_error(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """1.x names it among the failed ones, and 2.0 answers with an error."""
    error = AiBoxNotChangedError if dialect is Dialect.NESTED else AiBoxRefusedError
    with pytest.raises(error):
        await rest.change_setting(Setting.PASS_MODE, "closed")
    assert box.settings.pass_mode == "normal"
    box.errors.clear()


@pytest.mark.parametrize("variant", [Variant(ignores_settings=True)])
async def test_change_that_a_box_only_reports_is_an_error(
    rest: Rest, box: EmulatedBox
) -> None:
    """Only values that were read back count."""
    with pytest.raises(AiBoxNotChangedError):
        await rest.change_setting(Setting.PASS_MODE, "allforbidden")
    assert box.settings.pass_mode == "normal"


@pytest.mark.parametrize("variant", [Variant(settings_call_missing=True)])
async def test_box_without_the_call_is_an_error(rest: Rest) -> None:
    """Only V5R7 and later have it."""
    with pytest.raises(AiBoxNotFoundError):
        await rest.change_setting(Setting.PASS_MODE, "allforbidden")


async def test_managed_box_keeps_its_settings(rest: Rest, box: EmulatedBox) -> None:
    """The platform would undo the change."""
    box.settings.platform_url = "http://192.168.0.154:9061/login"
    box.settings.work_mode = "mq"
    with pytest.raises(AiBoxRefusedError) as refused:
        await rest.change_setting(Setting.PASS_MODE, "allforbidden")
    assert refused.value.refusal is Refusal.MANAGED
    assert box.settings.pass_mode == "normal"


async def test_change_is_sent_once(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """It is unknown whether a box that does not answer changed the setting."""
    path = CALLS[dialect]
    box.state.raw_answers[path] = b""
    with pytest.raises(AiBoxConnectionError):
        await rest.change_setting(Setting.PASS_MODE, "allforbidden")
    assert [request.path for request in box.requests].count(path) == 1


@pytest.mark.parametrize(
    "error",
    [
        AiBoxBusyError(),
        AiBoxConnectionError(was_connected=False),
        AiBoxNotFoundError(),
        AiBoxRefusedError("INTERNAL", ""),
    ],
)
async def test_change_that_cannot_be_read_back_may_have_been_made(
    rest: Rest, box: EmulatedBox, error: AiBoxError
) -> None:
    """The error must not be taken for one of the change itself."""
    with (
        patch.object(Rest, "setting", side_effect=error),
        pytest.raises(AiBoxConnectionError) as raised,
    ):
        await rest.change_setting(Setting.PASS_MODE, "allforbidden")
    assert raised.value.was_connected
    assert box.settings.pass_mode == "allforbidden"


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize(
    "answer", [b"{}", b'{"data": []}', b'{"data": {"failed_configs": {}}}']
)
async def test_change_counts_though_its_answer_is_unreadable(
    rest: Rest, box: EmulatedBox, answer: bytes
) -> None:
    """The value that is read back decides."""
    box.settings.pass_mode = "allforbidden"
    box.state.answer_instead[CALLS[Dialect.NESTED]] = CannedAnswer(body=answer)
    await rest.change_setting(Setting.PASS_MODE, "allforbidden")


@pytest.mark.parametrize(
    ("value", "read"), [(b"true", "true"), (b"5", "5"), (b"null", None)]
)
async def test_setting_is_read_as_text(
    rest: Rest, box: EmulatedBox, dialect: Dialect, value: bytes, read: str | None
) -> None:
    """Pages give flags and numbers, too."""
    flat = dialect is Dialect.FLAT
    answer = (
        b'{"GATE_PASS_MODE": ' + value + b"}"
        if flat
        else b'{"data": {"PASSMODE": ' + value + b"}}"
    )
    path = "/sophon/v2/face/getconfigs" if flat else f"{CALLS[dialect]}/PASSMODE"
    box.state.answer_instead[path] = CannedAnswer(body=answer)
    assert await rest.setting(Setting.PASS_MODE) == read


async def test_period_of_reports_is_read_and_never_changed(
    rest: Rest, box: EmulatedBox
) -> None:
    """Other clients may rely on it."""
    box.settings.device_monitor_period = 20
    assert await rest.setting(Setting.DEVICE_MONITOR_PERIOD) == "20"
    with pytest.raises(ValueError, match="must not be changed"):
        await rest.change_setting(Setting.DEVICE_MONITOR_PERIOD, "5")
    assert box.settings.device_monitor_period == 20
