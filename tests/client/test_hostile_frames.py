"""Damaged frames: nothing is repeated or invented, and the connection stays."""

from collections import Counter
from collections.abc import Callable
from random import Random

import orjson
import pytest

from custom_components.se_aibox.aibox.exceptions import (
    AiBoxMessageTooLargeError,
    UnreadableError,
)
from custom_components.se_aibox.aibox.models import (
    Dialect,
    LiveRecognition,
    Recognition,
)
from custom_components.se_aibox.aibox.updates import (
    Disconnected,
    ScanCompleted,
    Skipped,
)
from custom_components.se_aibox.aibox.wire.fields import load_object
from emulator import EmulatedBox
from tests.corpus import CORPUS

from .common import Updates, next_recognition, next_update
from .memory import peak
from .messages import LIVE
from .mutation import mutate
from .readers import check_recognition, read

type Who = tuple[str, str | None, str | None, object]

_MIB = 1024 * 1024
_BATCH = 20


def _who(seen: Recognition) -> Who:
    return (
        seen.capture_device_id,
        seen.identity_id,
        seen.identity_name,
        seen.occurred_at,
    )


async def _assert_only_what_was_sent(
    updates: Updates, box: EmulatedBox, dialect: Dialect, frames: list[bytes]
) -> None:
    """Send frames; assert that each is delivered or skipped once."""
    sent: Counter[Who] = Counter()
    unreadable = 0
    for frame in frames:
        try:
            live = read("live", dialect, frame)
        except UnreadableError:
            unreadable += 1
        else:
            assert isinstance(live, LiveRecognition)
            sent[_who(live.recognition)] += 1
        await box.send_raw(frame, binary=True)
    last = await box.recognize(box.devices[0], box.people[0], include_pictures=False)
    skipped = 0
    while True:
        update = await anext(updates)
        if isinstance(update, Skipped):
            skipped += 1
        elif isinstance(update, LiveRecognition):
            seen = update.recognition
            check_recognition(seen)
            if round(seen.occurred_at.timestamp() * 1000) == last.timestamp_ms:
                break
            sent[_who(seen)] -= 1
            assert sent[_who(seen)] >= 0, "repeated or invented"
        else:
            assert update == ScanCompleted(0, 0), update
    assert skipped == unreadable


async def test_frames_of_the_corpus_are_delivered_or_skipped(
    updates: Updates, box: EmulatedBox, dialect: Dialect
) -> None:
    """Each message is sent unchanged."""
    for frame in CORPUS.values():
        await _assert_only_what_was_sent(updates, box, dialect, [frame])


async def test_frames_with_random_faults_are_delivered_or_skipped(
    updates: Updates, box: EmulatedBox, dialect: Dialect
) -> None:
    """A good frame follows every twenty damaged ones."""
    random = Random(2)
    messages = [orjson.dumps(LIVE[dialect]), *CORPUS.values()]
    for _ in range(20):
        frames = [mutate(random, messages) for _ in range(_BATCH)]
        await _assert_only_what_was_sent(updates, box, dialect, frames)


@pytest.mark.parametrize(
    "frame",
    [
        b'{"a":[' + b"[]," * (8 * _MIB) + b"1]}",
        b'{"a":{' + b'"":{},' * (4 * _MIB) + b'"":1}}',
        b'{"a":[' + b"1," * (12 * _MIB) + b"1]}",
        b"[" * (24 * _MIB),
    ],
    ids=["lists", "objects", "numbers", "depth"],
)
async def test_frame_that_would_take_gigabytes_is_not_parsed(
    updates: Updates, box: EmulatedBox, frame: bytes
) -> None:
    """The next recognition is delivered."""
    async with peak() as memory:
        await box.send_raw(frame)
        await next_update(updates, Skipped)
    # Both ends of the socket hold the frame, in parts and joined.
    assert memory.mib < 8 * len(frame) / _MIB

    await box.recognize(box.devices[0], box.people[0], include_pictures=False)
    assert (await next_recognition(updates)).identity_id == box.people[0].identity_id


async def test_message_of_33_mebibytes_ends_the_connection(
    updates: Updates, box: EmulatedBox
) -> None:
    """It is refused by its length and not received."""
    frame = bytes(33 * _MIB)
    async with peak() as memory:
        await box.send_raw(frame, binary=True)
        lost = await next_update(updates, Disconnected)
    assert isinstance(lost.error, AiBoxMessageTooLargeError)
    # The emulated box holds half of it.
    assert memory.mib < 3 * 33


@pytest.mark.parametrize("text", [str, str.encode])
@pytest.mark.parametrize("surplus", [0, 1])
def test_values_between_pictures_are_counted(
    text: Callable[[str], str | bytes], surplus: int
) -> None:
    """Whatever their distance, the most values are read, and one more is not."""
    numbers = "[" + "0," * 99_000 + "0]"
    parts = [
        value
        for size in (1, 65_535, 65_536, 300_000)
        for value in (numbers, "A" * size)
    ]
    frame = ",".join(
        f'"{name}":{value if value[0] == "[" else f"""\"{value}\""""}'
        for name, value in enumerate(parts)
    )
    marks = sum(map(frame.count, ",[{")) + len("{,[")
    rest = "0," * (500_000 - marks + surplus) + "0"
    message = text(f'{{{frame},"rest":[{rest}]}}')
    if surplus:
        with pytest.raises(UnreadableError, match="too many values"):
            load_object(message)
    else:
        assert len(load_object(message)) == len(parts) + 1
