"""The pictures that come with a recognition."""

import pytest

from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.models import (
    Dialect,
    LiveRecognition,
    PictureKind,
    Subscription,
)
from custom_components.se_aibox.aibox.pictures import decode_picture
from custom_components.se_aibox.aibox.wire.fields import picture
import emulator
from emulator import EmulatedBox, Variant
from emulator.pictures import paint

from .talk import Updates, following, until
from .variants import every_live_variant


@every_live_variant
async def test_pictures(
    updates: Updates, box: EmulatedBox, dialect: Dialect, variant: Variant
) -> None:
    """Those that came are those of the box, as a data URI or without; those that did not are not claimed."""
    await box.recognize(box.devices[0], box.people[0])

    live = await following(updates, LiveRecognition)
    kinds = {PictureKind.FACE, PictureKind.REFERENCE}
    if dialect is Dialect.NESTED and not variant.welcome_machine:
        kinds.add(PictureKind.SCENE)
    if variant.pictures in ("empty", "absent"):
        kinds = set()
    assert live.embedded_pictures.keys() == kinds
    for kind, text in live.embedded_pictures.items():
        sent = paint(
            box.state.drawing(box.history[-1], emulator.PictureKind(kind.value))
        )
        assert decode_picture(text) == sent.jpeg
    # A 2.0 box keeps the scene in its history, under the event's id.
    if dialect is Dialect.FLAT and not variant.event_id_missing:
        kinds.add(PictureKind.SCENE)
    assert live.recognition.picture_kinds == kinds


@pytest.mark.parametrize("prefix", ["", "data:image/jpeg;base64,"])
def test_a_picture_is_not_copied(prefix: str) -> None:
    """It may be megabytes, and nobody waits for it: it stays the text that came."""
    text = f"{prefix}/9j/4AAQ"

    assert picture({"face": text}, "face") is text
    assert decode_picture(text) == b"\xff\xd8\xff\xe0\x00\x10"


@pytest.mark.parametrize("text", ["", "data:,", "data:image/jpeg;base64,", "data:"])
def test_an_empty_picture_is_none(text: str) -> None:
    """A data URI of nothing too: nothing is claimed that cannot be shown."""
    assert picture({"face": text}, "face") is None


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
