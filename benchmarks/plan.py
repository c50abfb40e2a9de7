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
    # Repetitions at a steady rate, and their seconds.
    latency: int
    latency_seconds: float
    # Recognitions with pictures, in five parts.
    memory: int
    # Recognitions with the recorder.
    database: int
    # Repetitions of each flood.
    floods: int
    # Repetitions of each number of capture devices.
    devices: int
    # Repetitions of each number of boxes.
    house: int
    # Days and people of a long history; each person is recognized eight times a day.
    attendance_days: int
    attendance_people: int
    # Repetitions of the report.
    attendance: int
    # Repetitions of the first page.
    pages: int
    # Repetitions of the cost of rows.
    rows: int
    # Faces in each order of the cards.
    faces: int


FULL = Plan(
    repetitions=4,
    counts={Size.BARE: 4000, Size.FACES: 1500, Size.SCENE: 300, Size.HUGE: 30},
    latency=3,
    latency_seconds=18,
    memory=65_000,
    database=1024,
    floods=2,
    devices=3,
    house=3,
    # 100 192 records: two months, the most that the action reads at once.
    attendance_days=62,
    attendance_people=202,
    attendance=2,
    pages=15,
    rows=5,
    faces=10,
)
QUICK = Plan(
    repetitions=1,
    counts={Size.BARE: 500, Size.FACES: 200, Size.SCENE: 50, Size.HUGE: 2},
    latency=1,
    latency_seconds=1,
    memory=2000,
    database=64,
    floods=1,
    devices=1,
    house=1,
    attendance_days=2,
    attendance_people=50,
    attendance=1,
    pages=1,
    rows=1,
    faces=3,
)
