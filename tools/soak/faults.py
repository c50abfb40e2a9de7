"""Inflicts each kind of fault."""

import asyncio
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from random import Random
import time
from typing import Final

from emulator import Flood
from emulator.flood import FloodKind

from .books import Disturbance, Removal
from .boxes import FRESHNESS_SECONDS, DialectName, Mood, SoakedBox
from .garbage import garbage
from .plan import Fault, FaultKind

# After a reboot, the box's clock is wrong by up to so many seconds, fast or slow.
_LARGEST_CLOCK_ERROR: Final = 30.0
# Seconds by which a running clock is set. The step exceeds the freshness limit: a
# smaller one could not be noticed before the clock is read again.
_CLOCK_STEP: Final = (FRESHNESS_SECONDS + 5.0, 120.0)
# Seconds that a fault waits for a subscription.
_PATIENCE: Final = 15
_LARGEST_LAG: Final = 1.5
_MOST_CHURNING: Final = 4
_GARBAGE_PAUSE: Final = 0.1
_STARTING_SECONDS: Final = 2.0
_FLOODS: Final[tuple[FloodKind, ...]] = ("ping", "pong")
_FLOOD_BYTES: Final = 64 * 1024
_FLOOD_PAUSE: Final = 0.1
# The promises of the documents: what Home Assistant must have noticed by then.
_DEAF_SECONDS: Final = 180.0
_UPDATE_SECONDS: Final = 60.0

type _Inflict = Callable[[SoakedBox, Fault], Awaitable[None]]


async def inflict(box: SoakedBox, fault: Fault) -> Disturbance:
    """Inflict a fault on a subscribed box until it is over; return when it was."""
    # If Home Assistant does not subscribe, for instance because of the last fault, this
    # fault is added to that one.
    with suppress(TimeoutError):
        await box.emulated.wait_for_subscription(timeout=_PATIENCE)
    began = time.time()
    await _INFLICT[fault.kind](box, fault)
    return Disturbance(box.name, fault.kind, began, time.time())


async def _drop(box: SoakedBox, _: Fault) -> None:
    await box.emulated.drop()


async def _say_goodbye(box: SoakedBox, _: Fault) -> None:
    await box.emulated.close_sockets(1001)


async def _lose_packets(box: SoakedBox, fault: Fault) -> None:
    began = time.monotonic()
    box.cable.loses_packets = True
    box.cable.kill_connections()
    await asyncio.sleep(fault.seconds * fault.strength / 2)
    box.cable.loses_packets = False
    # The network works again, but Home Assistant notices the dead connections later.
    while box.cable.has_dead_connections and time.monotonic() - began < fault.seconds:  # noqa: ASYNC110 - there is no event
        await asyncio.sleep(0.1)


async def _stall(box: SoakedBox, fault: Fault) -> None:
    box.cable.holds_back = True
    await asyncio.sleep(fault.seconds)
    box.cable.holds_back = False


async def _lag(box: SoakedBox, fault: Fault) -> None:
    box.cable.lag = _LARGEST_LAG * fault.strength
    await asyncio.sleep(fault.seconds)
    box.cable.lag = 0.0


async def _refuse(box: SoakedBox, fault: Fault) -> None:
    await box.cable.pull_out()
    await asyncio.sleep(fault.seconds)
    await box.cable.plug_in()


async def _be_silent(box: SoakedBox, fault: Fault) -> None:
    box.emulated.events.silent = True
    await asyncio.sleep(fault.seconds)
    box.emulated.events.silent = False


async def _reboot(box: SoakedBox, fault: Fault) -> None:
    error = _LARGEST_CLOCK_ERROR * (2 * fault.strength - 1)
    with _changed(box, replace(box.mood, sees_nobody=True)):
        await box.cable.pull_out()
        step = error - box.emulated.state.clock_offset
        await box.emulated.reboot(fault.seconds, clock_step=step)
        await box.cable.plug_in()
    await _answer_that_it_starts(box, _STARTING_SECONDS)


async def _set_clock(box: SoakedBox, fault: Fault) -> None:
    await asyncio.sleep(fault.seconds)
    smallest, largest = _CLOCK_STEP
    step = smallest + fault.strength * (largest - smallest)
    box.emulated.state.clock_offset += (
        -step if box.emulated.state.clock_offset > 0 else step
    )


async def _be_busy(box: SoakedBox, fault: Fault) -> None:
    await box.emulated.drop()
    await _answer_that_it_starts(box, fault.seconds)


async def _answer_that_it_starts(box: SoakedBox, seconds: float) -> None:
    box.emulated.state.initializing = True
    await asyncio.sleep(seconds)
    box.emulated.state.initializing = False


async def _repeat(box: SoakedBox, fault: Fault) -> None:
    with _changed(box, replace(box.mood, repeats=0.5)):
        await asyncio.sleep(fault.seconds)


async def _mix_up(box: SoakedBox, fault: Fault) -> None:
    with _changed(box, replace(box.mood, mixes_up=0.5)):
        await asyncio.sleep(fault.seconds)


async def _be_late(box: SoakedBox, fault: Fault) -> None:
    with _changed(box, replace(box.mood, is_late=0.5)):
        await _lose_connection_halfway(box, fault)


async def _record_late(box: SoakedBox, fault: Fault) -> None:
    with _changed(box, replace(box.mood, records_late=0.5)):
        await _lose_connection_halfway(box, fault)


async def _record_slowly(box: SoakedBox, fault: Fault) -> None:
    with _changed(box, replace(box.mood, records_slowly=1.0)):
        await _lose_connection_halfway(box, fault)


async def _round_scores(box: SoakedBox, fault: Fault) -> None:
    state = box.emulated.state
    state.variant = replace(state.variant, history_scores_rounded=True)
    await _lose_connection_halfway(box, fault)


async def _flood(box: SoakedBox, fault: Fault) -> None:
    flood = Flood(
        kind=_FLOODS[int(fault.strength * len(_FLOODS))],
        burst=_FLOOD_BYTES,
        bursts=round(fault.seconds / _FLOOD_PAUSE),
        pause=_FLOOD_PAUSE,
    )
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(box.emulated.flood(flood))
        tasks.create_task(box.emulated.broadcasts.flood(flood))


async def _be_deaf(box: SoakedBox, _: Fault) -> None:
    box.emulated.forget_subscriptions()
    await _expect_subscription(box, "the lost subscription", _DEAF_SECONDS)


async def _update(box: SoakedBox, fault: Fault) -> None:
    emulated, known = box.emulated, len(box.emulated.errors)
    dialect: DialectName = "flat" if emulated.dialect == "nested" else "nested"
    with _changed(box, replace(box.mood, sees_nobody=True)):
        await emulated.change_dialect(
            dialect, seconds=fault.seconds * fault.strength / 4
        )
    await _expect_subscription(box, f"the update to {dialect}", _UPDATE_SECONDS)
    # Nobody can know of an update before asking in the old dialect.
    del emulated.errors[known:]


async def _expect_subscription(box: SoakedBox, what: str, seconds: float) -> None:
    try:
        await box.emulated.wait_for_subscription(timeout=seconds)
    except TimeoutError:
        box.unnoticed.append(f"{box.title}: {what} was not noticed in {seconds:.0f} s")


async def _lose_connection_halfway(box: SoakedBox, fault: Fault) -> None:
    await asyncio.sleep(fault.seconds / 2)
    await box.emulated.drop()
    await asyncio.sleep(fault.seconds / 2)


async def _send_garbage(box: SoakedBox, fault: Fault) -> None:
    random = Random(fault.strength)
    message = (await box.emulated.recognize(push=False, record=False)).message
    for _ in range(round(fault.seconds / _GARBAGE_PAUSE)):
        frame = garbage(random, message)
        await box.emulated.send_raw(frame, binary=random.random() < 0.5)
        await asyncio.sleep(_GARBAGE_PAUSE)


async def _add(box: SoakedBox, fault: Fault) -> None:
    if len(box.churning) >= _MOST_CHURNING:
        await _remove(box, fault)
    # Sometimes the one that was removed last.
    back = box.gone if fault.strength < 0.5 else None
    box.gone = None
    box.emulated.add_device(back)


async def _rename(box: SoakedBox, fault: Fault) -> None:
    devices = box.emulated.devices
    device = devices[int(fault.strength * len(devices))]
    box.emulated.rename_device(device.device_id, f"{device.name[:20]} {fault.at:.0f}")


async def _remove(box: SoakedBox, fault: Fault) -> None:
    if not box.churning:
        await _add(box, fault)
        return
    device = box.churning[int(fault.strength * len(box.churning))]
    box.gone = box.emulated.remove_device(device.device_id)
    box.removals.append(Removal(box.name, device.device_id, time.time()))


async def _reload(box: SoakedBox, _: Fault) -> None:
    await box.reload()


@contextmanager
def _changed(box: SoakedBox, mood: Mood) -> Generator[None]:
    before, box.mood = box.mood, mood
    try:
        yield
    finally:
        box.mood = before


_INFLICT: Final[Mapping[FaultKind, _Inflict]] = {
    FaultKind.DROP: _drop,
    FaultKind.GOODBYE: _say_goodbye,
    FaultKind.HALF_OPEN: _lose_packets,
    FaultKind.STALL: _stall,
    FaultKind.LAG: _lag,
    FaultKind.REFUSE: _refuse,
    FaultKind.SILENCE: _be_silent,
    FaultKind.REBOOT: _reboot,
    FaultKind.CLOCK: _set_clock,
    FaultKind.BUSY: _be_busy,
    FaultKind.DUPLICATE: _repeat,
    FaultKind.REORDER: _mix_up,
    FaultKind.LATE: _be_late,
    FaultKind.LATE_RECORDS: _record_late,
    FaultKind.SLOW_RECORDS: _record_slowly,
    FaultKind.ROUNDED: _round_scores,
    FaultKind.GARBAGE: _send_garbage,
    FaultKind.FLOOD: _flood,
    FaultKind.DEAF: _be_deaf,
    FaultKind.UPDATE: _update,
    FaultKind.ADD: _add,
    FaultKind.RENAME: _rename,
    FaultKind.REMOVE: _remove,
    FaultKind.RELOAD: _reload,
}
