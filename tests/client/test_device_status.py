"""Reports of a box on its capture devices."""

from collections.abc import Mapping

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.se_aibox.aibox.device_status import (
    CaptureDeviceStatus,
    online_by_id,
)
from custom_components.se_aibox.aibox.exceptions import UnreadableError
from custom_components.se_aibox.aibox.models import CaptureDevice, Dialect
from custom_components.se_aibox.aibox.pushes import read_status_report
from custom_components.se_aibox.aibox.wire.device_status import read_device_statuses
from custom_components.se_aibox.aibox.wire.dialect import Wire
from custom_components.se_aibox.aibox.wire.fields import JsonObject

from .messages import STATUS, messages, words

CAMERA = CaptureDevice("camera", ip="192.168.1.100", stream_url="rtsp://a/1")
SAME_ADDRESS = CaptureDevice("other", ip="192.168.1.100", stream_url="rtsp://a/2")
TURNSTILE = CaptureDevice("turnstile", ip="192.168.1.101")


def listed(*devices: CaptureDevice) -> dict[str, CaptureDevice]:
    """Return capture devices as a box lists them."""
    return {device.capture_device_id: device for device in devices}


def test_examples_of_the_manual_are_read() -> None:
    """Both dialects report id and address."""
    assert read_status_report(STATUS[Dialect.NESTED]) == (
        CaptureDeviceStatus(
            True,
            "95274d2c-0941-4d96-b032-ab200f81362c",
            address="192.168.1.101",
        ),
    )
    assert read_status_report(STATUS[Dialect.FLAT]) == (
        CaptureDeviceStatus(
            True,
            "2c1a6a12-ecf4-4490-a2fc-8d7a5023bfcd",
            "rtsp://192.168.1.100:554/ch2",
            "192.168.1.100",
        ),
    )


@pytest.mark.parametrize("name", ["media_devices", "sub_devices"])
def test_list_has_either_name(name: str) -> None:
    """The table of the page has another name than its example."""
    [status] = read_device_statuses({name: [{"media_device_status": " OFFLINE "}]})
    assert status == CaptureDeviceStatus(False)
    assert read_device_statuses({name: []}) == ()


@pytest.mark.parametrize("word", ["", "0", 1, None, True, "away", ["online"]])
def test_other_word_than_online_or_offline_is_skipped(word: object) -> None:
    """Two pages use numbers, with opposite meanings."""
    entries = [{"ep_status": word}, {"ep_status": "online"}, "online", None]
    assert read_device_statuses({"sub_devices": entries}) == (
        CaptureDeviceStatus(True),
    )


@pytest.mark.parametrize(
    "message", [{}, {"sub_devices": "x"}, {"media_devices": [{}] * 257}]
)
def test_report_without_a_list_of_reasonable_length_is_unreadable(
    message: JsonObject,
) -> None:
    """It has no status of any capture device."""
    with pytest.raises(UnreadableError):
        read_device_statuses(message)


def test_stream_or_address_is_read_from_the_id_of_the_endpoint() -> None:
    """It is joined to the box's number by two underscores."""
    by_stream, by_address = read_device_statuses(
        {
            "sub_devices": [
                {"ep_status": "online", "ep_id": "SNO__rtsp://u:p__w@a/1"},
                {"ep_status": "offline", "ep_id": "SNO__192.168.1.101"},
            ]
        }
    )
    assert by_stream.stream_url == "rtsp://u:p__w@a/1"
    assert "p__w" not in repr(by_stream)
    assert by_address.address == "192.168.1.101"


@pytest.mark.parametrize(
    ("status", "online"),
    [
        (CaptureDeviceStatus(False, "camera"), {"camera": False}),
        # A group's id stands in the place of the capture device's.
        (CaptureDeviceStatus(True, "group", "rtsp://a/2"), {"other": True}),
        (CaptureDeviceStatus(True, None, None, "192.168.1.101"), {"turnstile": True}),
        # Two cameras of one recorder.
        (CaptureDeviceStatus(True, None, None, "192.168.1.100"), {}),
        (CaptureDeviceStatus(True, "unlisted", "rtsp://b", "10.0.0.9"), {}),
        (CaptureDeviceStatus(True), {}),
    ],
)
def test_status_counts_for_the_capture_device_that_it_names(
    status: CaptureDeviceStatus, online: Mapping[str, bool]
) -> None:
    """In doubt, it counts for none."""
    devices = listed(CAMERA, SAME_ADDRESS, TURNSTILE)
    assert online_by_id([status], devices) == online


def test_own_id_outweighs_an_address() -> None:
    """Another capture device may have taken the address."""
    statuses = [
        CaptureDeviceStatus(True, "turnstile"),
        CaptureDeviceStatus(False, "new one", None, "192.168.1.101"),
    ]
    assert online_by_id(statuses, listed(TURNSTILE)) == {"turnstile": True}


@pytest.mark.parametrize("first", [True, False])
def test_capture_device_named_twice_is_online_only_if_both_say_so(first: bool) -> None:
    """A dead camera must not look alive."""
    statuses = [
        CaptureDeviceStatus(first, "camera"),
        CaptureDeviceStatus(not first, "camera"),
    ]
    assert online_by_id(statuses, listed(CAMERA)) == {"camera": False}


@settings(max_examples=200)
@given(messages(STATUS))
def test_report_is_valid_or_an_error(read: tuple[Wire, JsonObject]) -> None:
    """Ids, addresses and URLs are short texts without NUL."""
    _, message = read
    try:
        statuses = read_device_statuses(message)
    except UnreadableError:
        return
    for status in statuses:
        assert isinstance(status.online, bool)
        for value in (status.capture_device_id, status.stream_url, status.address):
            assert value is None or (0 < len(value) <= 1024 and "\0" not in value)


_ids = st.sampled_from(["a", "b", "c"])
_maybe = st.none() | _ids
_statuses = st.builds(CaptureDeviceStatus, st.booleans(), _maybe, _maybe, _maybe)
_devices = st.lists(st.builds(CaptureDevice, _ids, words, ip=_maybe, stream_url=_maybe))


@settings(max_examples=200)
@given(st.lists(_statuses), _devices)
def test_only_listed_devices_have_a_status(
    statuses: list[CaptureDeviceStatus], devices: list[CaptureDevice]
) -> None:
    """A report that names no listed capture device has no effect."""
    by_id = listed(*devices)
    online = online_by_id(statuses, by_id)
    assert online.keys() <= by_id.keys()
    for key, is_online in online.items():
        # A capture device is online only if its own entry reports it.
        named = [each.online for each in statuses if each.capture_device_id == key]
        assert is_online is all(named) or not named
    assert online_by_id(statuses, {}) == {}
