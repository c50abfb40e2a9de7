"""The form of a box's history, without its content."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
import re

from custom_components.se_aibox.aibox.exceptions import UnreadableError
from custom_components.se_aibox.aibox.models import (
    CaptureDevice,
    Dialect,
    HistoryQuery,
    PictureKind,
    Record,
)
from custom_components.se_aibox.aibox.wire.dialect import WIRES, Wire, read_record_page
from custom_components.se_aibox.aibox.wire.fields import JsonObject, moment

from .address import Address
from .exchange import Reply, exchange, inner
from .vocabulary import FIELDS

_SPAN = timedelta(days=30)
_ROWS = 20
_FEW = 5
_TIME_ID = re.compile(r"0*(\d{10}\.\d+)", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MASKS = frozenset({"yes", "no", "0", "1", "2"})

type Rows = Sequence[JsonObject]


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of the history as the box sent it."""

    reply: Reply
    rows: Rows
    records: tuple[Record, ...]
    total: int | None

    @property
    def size(self) -> str:
        """The number of its rows, and the total."""
        of = "unknown" if self.total is None else str(self.total)
        return f"{len(self.rows)} of {of}" if self.rows else self.reply.outcome


class _History:
    """Asks for pages that end at the same time."""

    def __init__(self, address: Address, dialect: Dialect) -> None:
        self._address = address
        self.wire: Wire = WIRES[dialect]
        # Whole seconds, as in the vendor's examples.
        end = datetime.now(UTC).replace(microsecond=0)
        self.query = HistoryQuery(end - _SPAN, end, per_page=_ROWS)

    async def page(self, query: HistoryQuery, *, milliseconds: bool) -> _Page:
        request = self.wire.history_request(query, milliseconds=milliseconds)
        reply = await exchange(self._address, request)
        try:
            rows = self.wire.read_records(reply.data)
            page = read_record_page(self.wire, reply.data, datetime.now(UTC))
        except UnreadableError:
            return _Page(reply, (), (), None)
        return _Page(reply, rows, page.records, page.total)

    async def picture(self, record: Record, picture_id: str) -> Reply:
        request = self.wire.picture_request(
            PictureKind.SCENE, picture_id, record.raw_timestamp
        )
        return await exchange(self._address, request)


async def ask_history(
    address: Address, dialect: Dialect, devices: Sequence[CaptureDevice]
) -> list[tuple[int, str, str]]:
    """Return number, question and answer of each open question."""
    history = _History(address, dialect)
    units = (False, True)
    pages = {
        unit: await history.page(history.query, milliseconds=unit) for unit in units
    }
    fractions = await history.page(
        replace(history.query, start=history.query.start + timedelta(seconds=0.125)),
        milliseconds=False,
    )
    bounds = (
        f"in seconds {pages[False].size}, with a fraction {fractions.size}, "
        f"in milliseconds {pages[True].size}"
    )
    answers = [(7, "bounds of the history", bounds)]
    unit = not pages[False].rows
    if not (page := pages[unit]).rows:
        return [*answers, (8, "history", "no records in 30 days")]
    second = await history.page(
        replace(history.query, per_page=_FEW, page=1), milliseconds=unit
    )
    return [
        *answers,
        (8, "order of the history", _order(page.rows)),
        (8, "pages of the history", _pages(page, second)),
        (9, "times and ids of records", _ids(page)),
        (10, "scores of records", _scores(page.records)),
        (11, "records without a capture device", _missing_devices(page)),
        (11, "strangers", _strangers(page.records)),
        (11, "attributes of faces", _attributes(page.rows)),
        (12, "pictures", await _pictures(history, page.records)),
        (
            12,
            "list of capture devices in a query",
            await _lists(history, devices, unit),
        ),
    ]


def _order(rows: Rows) -> str:
    times = [_time(row) for row in rows]
    if len(set(times)) < 2:
        return "cannot be told from so few records"
    if times == sorted(times):
        return "oldest first"
    return "newest first" if times == sorted(times, reverse=True) else "mixed"


def _time(row: JsonObject) -> float:
    try:
        found = moment(row, "timestamp")
    except UnreadableError:
        return 0.0
    return 0.0 if found is None else found.timestamp()


def _pages(page: _Page, second: _Page) -> str:
    asked = f"{_ROWS} asked, {page.size} given; {_FEW} asked, {second.size} given"
    expected = list(page.rows[_FEW : 2 * _FEW])
    if len(page.rows) <= _FEW:
        return f"{asked}; too few for a second page"
    begins = list(second.rows[: len(expected)]) == expected
    return f"{asked}; the second {'begins' if begins else 'does not begin'} there"


def _ids(page: _Page) -> str:
    raw = [record.raw_timestamp for record in page.records]
    unit = "milliseconds" if any(_number(text) >= 1e11 for text in raw) else "seconds"
    digits = max((len(text.partition(".")[2]) for text in raw), default=0)
    ids = [record.record_id or "" for record in page.records]
    pictures = [
        picture for record in page.records for picture in record.picture_ids.values()
    ]
    lags = [
        lag
        for record in page.records
        for text in (record.record_id or "", *record.picture_ids.values())
        if (lag := _lag(text, record)) is not None
    ]
    late = f"; ids up to {max(lags):.1f} s later than the time" if lags else ""
    return (
        f"times in {unit} with {digits} decimals; record ids like {_shapes(ids)}; "
        f"picture ids like {_shapes(pictures)}{late}"
    )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _lag(text: str, record: Record) -> float | None:
    """Return how much later an id that is a time is than its record."""
    if (match := _TIME_ID.match(text)) is None:
        return None
    return float(match[1]) - record.recognition.occurred_at.timestamp()


def _shapes(texts: Iterable[str]) -> str:
    """Return the commonest forms: 0 for leading zeros, 9 and a for the rest."""
    shapes = Counter(_shape(text) for text in texts)
    return " or ".join(shape for shape, _ in shapes.most_common(3)) or "nothing"


def _shape(text: str) -> str:
    if _UUID.fullmatch(text):
        return "UUID"
    zeros = len(text) - len(text.lstrip("0"))
    rest = re.sub(r"[a-zA-Z]", "a", re.sub(r"\d", "9", text[zeros:]))
    rest = re.sub(r"[^9a.\-_]", "?", rest)
    shape = "0" * zeros + rest
    return re.sub(r"(.)\1{3,}", lambda run: f"{run[1]}×{len(run[0])}", shape)[:40]


def _scores(records: Sequence[Record]) -> str:
    scores = [
        score for record in records if (score := record.recognition.score) is not None
    ]
    if not scores:
        return "none"
    decimals = max(len(str(score).partition(".")[2]) for score in scores)
    scale = "above 1, so of 100" if max(scores) > 1 else "none above 1"
    return f"{scale}; up to {decimals} decimals"


def _missing_devices(page: _Page) -> str:
    return f"{len(page.rows) - len(page.records)} of {len(page.rows)} are unreadable"


def _strangers(records: Sequence[Record]) -> str:
    strangers = [record for record in records if not record.recognition.matched]
    filed = sum("stranger_id" in record.recognition.attributes for record in strangers)
    return f"{len(strangers)} of {len(records)}, {filed} with an id of their own"


def _attributes(rows: Rows) -> str:
    filled: Counter[str] = Counter()
    masks: set[str] = set()
    for row in rows:
        source = row if "recognize_face_attr" in row else inner(row, "common")
        attributes = inner(source, "recognize_face_attr")
        filled.update(
            key for key, value in attributes.items() if value not in (None, "", [])
        )
        if attributes.get("mask") not in (None, ""):
            masks.add(str(attributes["mask"]))
    known = ", ".join(sorted(set(filled) & FIELDS)) or "none"
    hidden = len(set(filled) - FIELDS)
    words = ", ".join(sorted(masks & _MASKS)) or "never told"
    return f"filled: {known}, and {hidden} that the manual has not; mask: {words}"


async def _pictures(history: _History, records: Sequence[Record]) -> str:
    for record in records:
        if picture_id := record.picture_ids.get(PictureKind.SCENE):
            found = await history.picture(record, picture_id)
            unknown = await history.picture(record, "0")
            return f"{_picture(found)}; an unknown id: {_picture(unknown)}"
    return "no record has a scene"


def _picture(reply: Reply) -> str:
    if reply.body.startswith(b"\xff\xd8"):
        return f"JPEG of {len(reply.body) // 1024} KiB"
    if reply.status == 200 and not reply.body:
        return "empty"
    return reply.outcome


async def _lists(
    history: _History, devices: Sequence[CaptureDevice], milliseconds: bool
) -> str:
    """Return whether a query for two capture devices finds the records of each."""

    async def total(select: Callable[[str], bool]) -> int | None:
        ids = frozenset(filter(select, listed))
        query = replace(history.query, capture_device_ids=ids)
        return (await history.page(query, milliseconds=milliseconds)).total

    listed = [device.capture_device_id for device in devices]
    singles: dict[str, int] = {}
    for one in listed:
        if found := await total(one.__eq__):
            singles[one] = found
        if len(singles) == 2:
            both = await total(singles.__contains__)
            right = both == sum(singles.values())
            return "works" if right else f"does not work ({both} records)"
    return "cannot be told: fewer than two capture devices have records"
