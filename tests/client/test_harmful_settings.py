"""The client cannot write a setting that restarts a box or empties its database."""

from pathlib import Path

import pytest

from custom_components.se_aibox.aibox import rest as our_rest, settings as our_settings
from custom_components.se_aibox.aibox.models import Dialect
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.settings import WRITABLE, Setting
from custom_components.se_aibox.aibox.wire.settings import change_request
from emulator import EmulatedBox

# Each name that v2 5.11/3 marks with 系统重启 (restarts the box) or 清空数据库 (empties
# the database).
_NAMES = (
    "GATE_MONGO_IP GATE_WORK_MODE GATE_INIT GATE_EVENT_IMAGE_PATH GATE_APPLY_MODE"
    " GATE_DEFAULT_GROUP_SIZE GATE_STRANGER_GROUP_SIZE MQ_LOGIN_URL MQ_LICENSE_KEY"
    " ALG_ATTRIBUTE_DETECT ALG_SUPPORT_MASK GRAB_MIN_FACE GRAB_TIME_PART1"
    " GRAB_TIME_PART1_SWITCH GRAB_TIME_PART2 GRAB_TIME_PART2_SWITCH GRAB_THRESHOLD"
    " GRAB_MODE GRAB_IMAGE_TYPE GRAB_POSE_THRESH GRAB_VIDEO_FIQA REGN_MIN_FACE"
    " REGN_TIME_PART1 REGN_TIME_PART1_SWITCH REGN_TIME_PART2 REGN_TIME_PART2_SWITCH"
    " REGN_POSE_THRESH REGN_VIDEO_FIQA REGN_IMAGE_TYPE"
)
HARMFUL = frozenset(_NAMES.split())
# 5.11/3 has the same values under older names, without a word about their effects.
_OLD_PREFIXES = ("GATE_", "MQ_", "ALG_")
HARMFUL_OF_OLD = frozenset(
    name.removeprefix(prefix).replace("REGN_", "REG_")
    for name in HARMFUL
    for prefix in (*_OLD_PREFIXES, "")
    if name.startswith(prefix)
)
# Calls of the system API that restart a box at set times, or move it elsewhere.
HARMFUL_CALLS = (
    *("setregularreboot", "setip", "sethostname", "updatepassword"),
    *("regularReboot", "password"),
)


def _written(setting: Setting, dialect: Dialect) -> set[str]:
    body = change_request(dialect, setting, "x").body
    assert body is not None
    names = body["config_dict"]
    assert isinstance(names, dict)
    return set(names)


@pytest.mark.parametrize("name", sorted(HARMFUL | HARMFUL_OF_OLD))
def test_no_request_to_change_a_setting_has_a_harmful_name(name: str) -> None:
    """The names of a request come from the fixed list alone."""
    written: set[str] = set()
    for setting in WRITABLE:
        for dialect in Dialect:
            written |= _written(setting, dialect)
    assert len(written) == 2 * len(WRITABLE)
    assert name not in written


@pytest.mark.parametrize("setting", sorted(Setting))
async def test_setting_outside_the_list_is_never_sent(
    rest: Rest,
    box: EmulatedBox,
    monkeypatch: pytest.MonkeyPatch,
    setting: Setting,
) -> None:
    """A setting that is only read, as seen by a client without a list."""
    monkeypatch.setattr(our_rest, "WRITABLE", WRITABLE - {setting})
    with pytest.raises(ValueError, match="must not be changed"):
        await rest.change_setting(setting, "x")
    assert box.requests == []


def test_client_knows_no_call_that_restarts_a_box() -> None:
    """Nor does it know one that changes its address or password."""
    client = Path(our_settings.__file__).parent
    source = "".join(path.read_text() for path in client.rglob("*.py"))
    assert [call for call in HARMFUL_CALLS if f'"{call}' in source] == []
    # Only one module writes settings, and the call is in no other one.
    writers = [
        path.stem
        for path in client.rglob("*.py")
        if "setconfigs" in path.read_text() or "config_dict" in path.read_text()
    ]
    assert writers == ["settings"]
