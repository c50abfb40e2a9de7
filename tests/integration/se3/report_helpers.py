"""Helpers of the tests of reports on capture devices."""

from collections.abc import Mapping

from emulator import EmulatedBox

from .se3_helpers import WEBHOOK_ID

FRONT_DOOR, GATE, LOBBY = (
    f"binary_sensor.{name}_online"
    for name in ("front_door", "da_men", "lobby_turnstile")
)
ON: Mapping[str, object] = {"device_status": True}


def data_of(url_before: str = "") -> dict[str, str]:
    """Return the data of an entry whose box reports to it."""
    return {"status_webhook_id": WEBHOOK_ID, "status_url_before": url_before}


def our_url(base: str) -> str:
    """Return the URL that the box should report to."""
    return f"{base}/api/webhook/{WEBHOOK_ID}"


def go_offline(box: EmulatedBox, number: int = 0) -> None:
    """Let the box lose one of its capture devices, by number."""
    box.set_online(box.devices[number].device_id, online=False)


def come_back(box: EmulatedBox, number: int = 0) -> None:
    """Let the box reach a capture device again."""
    box.set_online(box.devices[number].device_id, online=True)
