"""The pictures that come with a recognition."""

import base64
from collections.abc import AsyncGenerator

import pytest

from custom_components.se_aibox.aibox.client import AiBoxClient, Update
from custom_components.se_aibox.aibox.models import (
    Dialect,
    LiveRecognition,
    PictureKind,
    Subscription,
)
from emulator import EmulatedBox, Variant

from .talk import following, until
from .variants import every_live_variant

type Updates = AsyncGenerator[Update]


@every_live_variant
async def test_pictures(
    updates: Updates, box: EmulatedBox, dialect: Dialect, variant: Variant
) -> None:
    """Those that came are JPEG as base64 without any prefix; those that did not are not claimed."""
    await box.recognize(box.devices[0], box.people[0])

    live = await following(updates, LiveRecognition)
    kinds = {PictureKind.FACE, PictureKind.REFERENCE}
    if dialect is Dialect.NESTED and not variant.welcome_machine:
        kinds.add(PictureKind.SCENE)
    if variant.pictures in ("empty", "absent"):
        kinds = set()
    assert live.embedded_pictures.keys() == kinds
    for text in live.embedded_pictures.values():
        assert base64.b64decode(text, validate=True).startswith(b"\xff\xd8\xff")
    # A 2.0 box keeps the scene in its history, under the event's id.
    if dialect is Dialect.FLAT and not variant.event_id_missing:
        kinds.add(PictureKind.SCENE)
    assert live.recognition.picture_kinds == kinds


@pytest.mark.parametrize(
    "variant",
    [Variant(), Variant(unrequested_pictures="empty")],
    ids=["absent", "empty"],
)
@pytest.mark.parametrize("captured", [False, True])
@pytest.mark.parametrize("reference", [False, True])
async def test_pictures_come_only_if_asked_for(
    client: AiBoxClient,
    updates: Updates,
    box: EmulatedBox,
    captured: bool,
    reference: bool,
) -> None:
    """No face leaves the box of somebody who switched pictures off."""
    door = box.devices[0]
    wanted = Subscription(frozenset({door.device_id}), captured, reference)
    await client.subscribe(wanted)
    await until(lambda: box.subscriptions[0].device_ids == (door.device_id,))

    await box.recognize(door, box.people[0])

    live = await following(updates, LiveRecognition)
    assert (PictureKind.FACE in live.embedded_pictures) is captured
    assert (PictureKind.REFERENCE in live.embedded_pictures) is reference


async def test_a_recognition_can_be_printed_without_personal_data(
    updates: Updates, box: EmulatedBox
) -> None:
    """A log line with a recognition holds no picture and nothing from the enrolment."""
    await box.recognize(
        box.devices[0],
        box.people[0],
        overrides={"identity_info": {"room": "west wing"}},
    )

    live = await following(updates, LiveRecognition)
    assert "west wing" not in repr(live)
    assert live.embedded_pictures[PictureKind.FACE] not in repr(live)
