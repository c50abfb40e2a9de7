"""A long history of a box, encoded beforehand: its pages take almost no time."""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta

from aiohttp import web
import orjson

from emulator import EmulatedBox, Identity, Request
from emulator.nested.records import HISTORY_PATH, record_body
from emulator.port import HttpHandler
from emulator.records import make_record

_FIRST_HOUR_MS = 7 * 3_600_000
# Recognitions of each person on a day, and what lies between them.
_A_DAY = 8
_PAUSE_MS = 3_600_000
# From one person to the next.
_STEP_MS = 7_000


class Archive:
    """Answers for a box's history; its other calls stay."""

    def __init__(self, box: EmulatedBox, days: int) -> None:
        """Record all people of a box on each of the past days, until yesterday."""
        self._box = box
        port = box.port("rest")
        assert port.handler is not None
        self._others: HttpHandler = port.handler
        self._moments: list[int] = []
        self._records: list[bytes] = []
        today = datetime.now(UTC).date()
        self.days = [today - timedelta(days=ago) for ago in range(days, 0, -1)]
        for day in self.days:
            self._record(day, box.people)
        port.handler = self.handle

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request."""
        if request.path != HISTORY_PATH:
            return await self._others(request)
        query = request.query
        self._box.requests.append(
            Request(request.method, request.path, dict(query), None)
        )
        first = bisect_left(self._moments, float(query["datetime_gte"]) * 1000)
        last = bisect_right(self._moments, float(query["datetime_lte"]) * 1000)
        page, size = int(query["page"]), int(query["per_page"])
        start = first + page * size
        rows = self._records[start : min(start + size, last)]
        pagination = {"page": page, "per_page": size, "total_count": last - first}
        return web.Response(
            body=b'{"data":[%b],"pagination":%b}'
            % (b",".join(rows), orjson.dumps(pagination)),
            content_type="application/json",
        )

    def _record(self, day: date, people: list[Identity]) -> None:
        box = self._box
        midnight = datetime.combine(day, time(), UTC)
        first_ms = round(midnight.timestamp() * 1000) + _FIRST_HOUR_MS
        for number in range(_A_DAY):
            # In turn at an entrance and at an exit.
            device = box.devices[number % len(box.devices)]
            for place, person in enumerate(people):
                moment = first_ms + number * _PAUSE_MS + place * _STEP_MS
                record = make_record(
                    box.state, device, person, {"timestamp_ms": moment}
                )
                self._moments.append(moment)
                self._records.append(
                    orjson.dumps(record_body(record, box.state.variant))
                )
