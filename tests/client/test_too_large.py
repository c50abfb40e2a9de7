"""Messages that are larger than any is taken (DESIGN §4.6): first the socket is lost, then the pictures, never somebody."""

import pytest

from custom_components.se_aibox.aibox import stream
from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.exceptions import AiBoxMessageTooLargeError
from custom_components.se_aibox.aibox.models import Subscription
from custom_components.se_aibox.aibox.updates import (
    CaughtUp,
    Connected,
    Disconnected,
    PicturesTooLarge,
    Recovered,
)
from emulator import EmulatedBox

from .talk import Naps, Updates, everything, following, listening, recognition


@pytest.fixture(autouse=True)
def _a_face_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take no message with pictures in it."""
    monkeypatch.setattr(stream, "_LARGEST_MESSAGE", 4_500)


async def _lose(updates: Updates, box: EmulatedBox, who: int) -> None:
    """Let somebody be seen whose message is too large."""
    await box.recognize(box.devices[0], box.people[who])
    lost = await following(updates, Disconnected)
    assert isinstance(lost.error, AiBoxMessageTooLargeError)


async def _recover(updates: Updates, box: EmulatedBox, who: int) -> None:
    """Assert that they are recovered, and nobody else."""
    await following(updates, Connected)
    found = await following(updates, Recovered)
    assert found.recognition.identity_id == box.people[who].identity_id
    assert await following(updates, CaughtUp) == CaughtUp(recovered=1, left=0)


def _pictures(box: EmulatedBox) -> tuple[bool, bool]:
    """Return which pictures the box is asked for: of faces, and enrolled ones."""
    [subscription] = box.subscriptions
    return subscription.face, subscription.reference


@pytest.fixture
async def too_large_once(updates: Updates, box: EmulatedBox) -> None:
    """Let one message be too large."""
    await _lose(updates, box, 0)
    await _recover(updates, box, 0)


@pytest.mark.usefixtures("too_large_once")
async def test_once(updates: Updates, box: EmulatedBox) -> None:
    """One scene is not the rule: who was on it is recovered, and pictures are asked for as before."""
    assert _pictures(box) == (True, True)
    await box.recognize(box.devices[0], box.people[1], include_pictures=False)
    assert (await recognition(updates)).identity_id == box.people[1].identity_id


@pytest.mark.usefixtures("too_large_once")
async def test_twice(updates: Updates, box: EmulatedBox) -> None:
    """From then on the box is asked for no pictures, after every reconnect, and this is said."""
    await _lose(updates, box, 1)
    await following(updates, PicturesTooLarge)
    await _recover(updates, box, 1)
    assert _pictures(box) == (False, False)
    await box.recognize(box.devices[0], box.people[2])
    assert (await recognition(updates)).identity_id == box.people[2].identity_id

    await box.drop()
    await following(updates, Disconnected)
    await following(updates, Connected)
    assert _pictures(box) == (False, False)


@pytest.mark.usefixtures("too_large_once")
async def test_whatever_is_subscribed_to(
    updates: Updates, client: AiBoxClient, box: EmulatedBox
) -> None:
    """The capture devices follow what is asked for; the pictures stay away."""
    await _lose(updates, box, 1)
    await following(updates, PicturesTooLarge)
    await _recover(updates, box, 1)
    device = box.devices[1].device_id

    await client.subscribe(Subscription(frozenset({device})))
    await client.subscribe(everything(box))
    await client.subscribe(Subscription(frozenset({device}), reference_pictures=False))

    await box.wait_for_subscription()
    while [sorted(entry.device_ids) for entry in box.subscriptions] != [[device]]:
        await box.recognize(box.devices[1], include_pictures=False)
        await recognition(updates)
    assert _pictures(box) == (False, False)


@pytest.mark.usefixtures("too_large_once")
async def test_too_large_without_pictures(
    updates: Updates, box: EmulatedBox, naps: Naps
) -> None:
    """A box that sends too much all the same is not hammered, and everybody is still recovered."""
    await _lose(updates, box, 1)
    await following(updates, PicturesTooLarge)
    await _recover(updates, box, 1)
    naps.seconds.clear()
    for who in (2, 3):
        await box.recognize(box.devices[0], box.people[who], push=False)
        await box.send_raw(b" " * 5_000)
        lost = await following(updates, Disconnected)
        assert isinstance(lost.error, AiBoxMessageTooLargeError)
        await following(updates, PicturesTooLarge)
        await _recover(updates, box, who)
    waits = [seconds for seconds in naps.seconds if seconds >= 4]
    assert waits == sorted(waits)
    assert len(waits) == 2


async def test_a_new_client_asks_for_pictures_again(
    client: AiBoxClient, box: EmulatedBox
) -> None:
    """Whoever reloads the box may have made its pictures smaller."""
    await client.subscribe(everything(box))
    async with listening(client) as updates:
        await following(updates, Connected)
        await box.wait_for_subscription()
        assert _pictures(box) == (True, True)
