"""How much is measured; everything is bounded."""

from collections.abc import Mapping
from dataclasses import dataclass

from .frames import Size


@dataclass(frozen=True, slots=True)
class Plan:
    """The numbers and durations of the measurements."""

    repetitions: int
    # Recognitions of each size in one repetition of ingest.
    counts: Mapping[Size, int]
    # Seconds at each rate, in recognitions per second.
    rates: Mapping[int, float]
    # Recognitions with pictures, in ten parts.
    memory: int
    # Recognitions with the recorder.
    database: int
    # Repetitions of each number of capture devices.
    devices: int
    # Repetitions of the first page.
    pages: int
    # Repetitions of the cost of rows.
    rows: int
    # Faces in each order of the cards.
    faces: int


FULL = Plan(
    repetitions=5,
    counts={Size.BARE: 4000, Size.FACES: 1500, Size.SCENE: 300, Size.HUGE: 30},
    rates={1: 40, 20: 20, 100: 8},
    memory=100_000,
    database=1280,
    devices=5,
    pages=25,
    rows=9,
    faces=40,
)
QUICK = Plan(
    repetitions=1,
    counts={Size.BARE: 500, Size.FACES: 200, Size.SCENE: 50, Size.HUGE: 2},
    rates={1: 1, 20: 1, 100: 0.5},
    memory=2000,
    database=64,
    devices=1,
    pages=1,
    rows=1,
    faces=3,
)
