"""Messages above the size limit.

The first one costs the connection, the second one the pictures. Every recognition is
recovered.
"""

import pytest

from custom_components.se_aibox.aibox import stream
from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.exceptions import AiBoxMessageTooLargeError
from custom_components.se_aibox.aibox.models import Subscription
from custom_components.se_aibox.aibox.updates import (
    Connected,
    Disconnected,
    PicturesTooLarge,
    Recovered,
    ScanCompleted,
)
from emulator import EmulatedBox

from .common import (
    FakeSleep,
    Updates,
    everything,
    listening,
    next_recognition,
    next_update,
)

pytestmark = pytest.mark.usefixtures("exact_clock")


@pytest.fixture(autouse=True)
def _a_face_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the limit below the size of a message with pictures."""
    monkeypatch.setattr(stream, "_LARGEST_MESSAGE", 4_500)


async def _lose(updates: Updates, box: EmulatedBox, who: int) -> None:
    """Push a message that is too large; wait for the disconnection."""
    await box.recognize(box.devices[0], box.people[who])
    lost = await next_update(updates, Disconnected)
    assert isinstance(lost.error, AiBoxMessageTooLargeError)


async def _recover(updates: Updates, box: EmulatedBox, who: int) -> None:
    """Assert that only this person is recovered."""
    await next_update(updates, Connected)
    found = await next_update(updates, Recovered)
    assert found.recognition.identity_id == box.people[who].identity_id
    assert await next_update(updates, ScanCompleted) == ScanCompleted(
        recovered=1, left=0
    )


def _pictures(box: EmulatedBox) -> tuple[bool, bool]:
    """Return whether captured and reference pictures are requested."""
    [subscription] = box.subscriptions
    return subscription.face, subscription.reference


@pytest.fixture
async def too_large_once(updates: Updates, box: EmulatedBox) -> None:
    """Push one message that is too large, and recover."""
    await _lose(updates, box, 0)
    await _recover(updates, box, 0)


@pytest.mark.usefixtures("too_large_once")
async def test_one_oversized_message_keeps_the_pictures(
    updates: Updates, box: EmulatedBox
) -> None:
    """A single large scene may be an exception."""
    assert _pictures(box) == (True, True)
    await box.recognize(box.devices[0], box.people[1], include_pictures=False)
    assert (await next_recognition(updates)).identity_id == box.people[1].identity_id


@pytest.mark.usefixtures("too_large_once")
async def test_second_oversized_message_stops_the_pictures(
    updates: Updates, box: EmulatedBox
) -> None:
    """They are not requested after a reconnect, either."""
    await _lose(updates, box, 1)
    await next_update(updates, PicturesTooLarge)
    await _recover(updates, box, 1)
    assert _pictures(box) == (False, False)
    await box.recognize(box.devices[0], box.people[2])
    assert (await next_recognition(updates)).identity_id == box.people[2].identity_id

    await box.drop()
    await next_update(updates, Disconnected)
    await next_update(updates, Connected)
    assert _pictures(box) == (False, False)


@pytest.mark.usefixtures("too_large_once")
async def test_new_subscription_does_not_request_the_pictures_again(
    updates: Updates, client: AiBoxClient, box: EmulatedBox
) -> None:
    """The capture devices change as requested."""
    await _lose(updates, box, 1)
    await next_update(updates, PicturesTooLarge)
    await _recover(updates, box, 1)
    device = box.devices[1].device_id

    await client.subscribe(Subscription(frozenset({device})))
    await client.subscribe(everything(box))
    await client.subscribe(Subscription(frozenset({device}), reference_pictures=False))

    await box.wait_for_subscription()
    while [sorted(entry.device_ids) for entry in box.subscriptions] != [[device]]:
        await box.recognize(box.devices[1], include_pictures=False)
        await next_recognition(updates)
    assert _pictures(box) == (False, False)


@pytest.mark.usefixtures("too_large_once")
async def test_oversized_messages_without_pictures_increase_the_delay(
    updates: Updates, box: EmulatedBox, fake_sleep: FakeSleep
) -> None:
    """Every recognition is recovered."""
    await _lose(updates, box, 1)
    await next_update(updates, PicturesTooLarge)
    await _recover(updates, box, 1)
    fake_sleep.seconds.clear()
    for who in (2, 3):
        await box.recognize(box.devices[0], box.people[who], push=False)
        await box.send_raw(b" " * 5_000)
        lost = await next_update(updates, Disconnected)
        assert isinstance(lost.error, AiBoxMessageTooLargeError)
        await next_update(updates, PicturesTooLarge)
        await _recover(updates, box, who)
    waits = [seconds for seconds in fake_sleep.seconds if seconds >= 4]
    assert waits == sorted(waits)
    assert len(waits) == 2


async def test_new_client_requests_pictures(
    client: AiBoxClient, box: EmulatedBox
) -> None:
    """The pictures may have become smaller before a reload."""
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await next_update(updates, Connected)
        await box.wait_for_subscription()
        assert _pictures(box) == (True, True)
