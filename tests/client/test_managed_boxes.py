"""Boxes that are logged in to a platform, which manages their people."""

from collections.abc import Awaitable, Callable

import orjson
import pytest

from custom_components.se_aibox.aibox.enrolled import PersonChange
from custom_components.se_aibox.aibox.exceptions import (
    AiBoxBusyError,
    AiBoxConnectionError,
    AiBoxRefusedError,
    Refusal,
)
from custom_components.se_aibox.aibox.models import Dialect
from custom_components.se_aibox.aibox.people import EnrolledPeople
from custom_components.se_aibox.aibox.questions import Enrollment
from custom_components.se_aibox.aibox.rest import Rest
from emulator import CannedAnswer, EmulatedBox
from emulator.model import JsonValue
from tests.emulator.pictures import photo

TOM = "12345565"
URL = "http://192.168.0.154:9061/api/gateway/login"
NAMES = {
    Dialect.NESTED: ("LOGIN_URL", "LOGIN_STATUS"),
    Dialect.FLAT: ("MQ_LOGIN_URL", "GATE_WORK_MODE"),
}


def manage(box: EmulatedBox) -> None:
    """Log a box in to a platform."""
    box.settings.platform_url = URL
    box.settings.work_mode = "mq"


CHANGES: dict[str, Callable[[EnrolledPeople], Awaitable[object]]] = {
    "enroll": lambda people: people.enroll(Enrollment(photo(), "7", "Eve")),
    "update": lambda people: people.update(TOM, "Tom", PersonChange(name="Thomas")),
    "delete": lambda people: people.delete(TOM, "Tom"),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_managed_box_is_not_changed(
    people: EnrolledPeople, box: EmulatedBox, change: str
) -> None:
    """The platform would undo it."""
    manage(box)
    before = list(box.people)
    with pytest.raises(AiBoxRefusedError) as refused:
        await CHANGES[change](people)
    assert refused.value.refusal is Refusal.MANAGED
    assert box.people == before


@pytest.mark.parametrize("change", CHANGES)
async def test_mode_alone_is_the_setting_of_the_factory(
    people: EnrolledPeople, box: EmulatedBox, change: str
) -> None:
    """Without the address of a platform, there is none."""
    box.settings.work_mode = "mq"
    await CHANGES[change](people)


async def test_address_alone_is_no_platform(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """1.x reports the result of the login, and 2.0 the mode."""
    box.settings.platform_url = URL
    if dialect is Dialect.NESTED:
        box.settings.platform_login = 600002
    await rest.check_may_change()


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize(
    ("status", "is_managed"),
    [
        ({"code": 0, "message": "login success"}, True),
        ('{"code": 0}', True),
        ("{'code': 0}", True),
        ({"code": "0"}, True),
        ({"code": 600000}, False),
        ({}, False),
        ("", False),
        (None, False),
        ("login success", False),
        ([], False),
        ({"code": {}}, False),
    ],
)
async def test_login_is_a_code_in_an_object(
    rest: Rest, box: EmulatedBox, status: JsonValue, is_managed: bool
) -> None:
    """The object may be a text."""
    manage(box)
    body = orjson.dumps({"data": {"LOGIN_STATUS": status}})
    path = "/SophonConfig/api/Configs/LOGIN_STATUS"
    box.answer_instead[path] = CannedAnswer(body=body)
    if is_managed:
        with pytest.raises(AiBoxRefusedError):
            await rest.check_may_change()
    else:
        await rest.check_may_change()


@pytest.mark.parametrize(
    "answer",
    [
        CannedAnswer(404),
        CannedAnswer(body=b'{"data": [], "MQ_LOGIN_URL": {}}'),
        CannedAnswer(400, b'{"error": {"code": "INVALID_ARGUMENTS"}}'),
    ],
)
async def test_box_that_does_not_say_has_no_platform(
    rest: Rest, box: EmulatedBox, dialect: Dialect, answer: CannedAnswer
) -> None:
    """Only V5R7 and later have the call."""
    manage(box)
    path = (
        "/SophonConfig/api/Configs/LOGIN_URL"
        if dialect is Dialect.NESTED
        else "/sophon/v2/face/getconfigs"
    )
    box.answer_instead[path] = answer
    await rest.check_may_change()


async def test_silent_box_is_not_changed(rest: Rest, box: EmulatedBox) -> None:
    """It may be managed."""
    box.state.initializing = True
    with pytest.raises(AiBoxBusyError):
        await rest.check_may_change()
    await box.stop()
    with pytest.raises(AiBoxConnectionError):
        await rest.check_may_change()


async def test_configuration_is_never_read_whole(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """It contains passwords."""
    manage(box)
    with pytest.raises(AiBoxRefusedError):
        await rest.check_may_change()
    asked = [
        request.path.rpartition("/")[2]
        if dialect is Dialect.NESTED
        else isinstance(request.body, dict) and request.body["config_name"]
        for request in box.requests
    ]
    assert tuple(asked) == NAMES[dialect]
