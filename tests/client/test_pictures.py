"""The pictures of a live recognition."""

import pytest

from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.models import (
    Dialect,
    LiveRecognition,
    PictureKind,
    Subscription,
)
from custom_components.se_aibox.aibox.pictures import decode_picture
from custom_components.se_aibox.aibox.wire.dialect import WIRES
from custom_components.se_aibox.aibox.wire.fields import picture
import emulator
from emulator import EmulatedBox, Variant
from emulator.pictures import paint

from .common import Updates, next_update, until
from .variants import every_live_variant


@every_live_variant
async def test_received_pictures_are_those_of_the_box(
    updates: Updates, box: EmulatedBox, dialect: Dialect, variant: Variant
) -> None:
    """Missing and empty pictures are not listed."""
    await box.recognize(box.devices[0], box.people[0])

    live = await next_update(updates, LiveRecognition)
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
    # A 2.0 box keeps the scene in its history under the event id.
    if dialect is Dialect.FLAT and not variant.event_id_missing:
        kinds.add(PictureKind.SCENE)
    assert live.recognition.picture_kinds == kinds


@pytest.mark.parametrize("prefix", ["", "data:image/jpeg;base64,"])
def test_picture_stays_the_received_text_until_it_is_decoded(prefix: str) -> None:
    """It may be megabytes that are never used."""
    text = f"{prefix}/9j/4AAQ"

    assert picture({"face": text}, "face") is text
    assert decode_picture(text) == b"\xff\xd8\xff\xe0\x00\x10"


@pytest.mark.parametrize("prefix", ["", "data:image/jpeg;base64,"])
@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("aGk=", b"hi"),
        ("aGk", b"hi"),
        ("aA", b"h"),
        ("_9j_4A", b"\xff\xd8\xff\xe0"),
        ("--__", b"\xfb\xef\xff"),
        ("/9j/\n4AAQ\r\n", b"\xff\xd8\xff\xe0\x00\x10"),
    ],
)
def test_base64_for_urls_or_without_padding_is_decoded(
    prefix: str, text: str, content: bytes
) -> None:
    """Libraries write it in several ways."""
    assert decode_picture(prefix + text) == content


def test_length_that_no_base64_has_is_an_error() -> None:
    """The picture was cut off."""
    with pytest.raises(ValueError, match="base64"):
        decode_picture("aGkha")


@pytest.mark.parametrize("text", ["", "data:,", "data:image/jpeg;base64,", "data:"])
def test_empty_picture_is_none(text: str) -> None:
    """An empty data URI counts as empty."""
    assert picture({"face": text}, "face") is None


@pytest.mark.parametrize(
    "variant",
    [Variant(), Variant(unrequested_pictures="empty")],
    ids=["absent", "empty"],
)
@pytest.mark.parametrize("captured", [False, True])
@pytest.mark.parametrize("reference", [False, True])
async def test_only_requested_pictures_are_received(
    client: AiBoxClient,
    updates: Updates,
    box: EmulatedBox,
    captured: bool,
    reference: bool,
) -> None:
    """The user may switch pictures off."""
    door = box.devices[0]
    wanted = Subscription(frozenset({door.device_id}), captured, reference)
    await client.subscribe(wanted)
    await until(lambda: box.subscriptions[0].device_ids == (door.device_id,))

    await box.recognize(door, box.people[0])

    live = await next_update(updates, LiveRecognition)
    assert (PictureKind.FACE in live.embedded_pictures) is captured
    assert (PictureKind.REFERENCE in live.embedded_pictures) is reference


async def test_repr_of_a_recognition_contains_no_personal_data(
    updates: Updates, box: EmulatedBox
) -> None:
    """Pictures and the enrollment details are left out."""
    await box.recognize(
        box.devices[0],
        box.people[0],
        overrides={"identity_info": {"room": "west wing"}},
    )

    live = await next_update(updates, LiveRecognition)
    assert "west wing" not in repr(live)
    assert live.embedded_pictures[PictureKind.FACE] not in repr(live)


@pytest.mark.parametrize("kind", PictureKind)
def test_picture_id_keeps_its_leading_zeros(
    dialect: Dialect, kind: PictureKind
) -> None:
    """It is a text, whatever it looks like."""
    request = WIRES[dialect].picture_request(kind, "0016070.6260", "1607062639.7")
    assert request.path.endswith("/0016070.6260")
