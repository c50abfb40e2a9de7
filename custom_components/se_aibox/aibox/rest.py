"""The box's REST calls: one method a question, no retry, no cache."""

import asyncio
from datetime import UTC, datetime, timedelta

from aiohttp import ClientSession

from .exceptions import (
    NOT_RECOGNIZED,
    AiBoxError,
    AiBoxNotFoundError,
    AiBoxProtocolError,
    AiBoxRefusedError,
)
from .http import fetch_date, fetch_object, fetch_picture
from .models import (
    BoxHealth,
    BoxInfo,
    CaptureDevice,
    ClockReading,
    Dialect,
    EnrolledPerson,
    HistoryQuery,
    PassMode,
    PeopleQuery,
    PictureKind,
    Ports,
    Record,
    RecordPage,
)
from .questions import (
    Enrolment,
    PictureAnswer,
    PictureQuestion,
    PictureSearch,
    SimilarRecords,
)
from .wire.comparison import comparison_request, read_comparison
from .wire.dialect import WIRES, read_record_page
from .wire.enrolment import enrolment_request, read_enrolment
from .wire.fields import JsonObject
from .wire.health import HealthCall, health_request, read_health, read_pass_mode
from .wire.people import people_request, read_people
from .wire.picture_search import picture_search_request, read_similar_records
from .wire.request import Request
from .wire.system import (
    SystemCall,
    clock_request,
    read_box_info,
    read_clock,
    read_date,
    read_recognizes,
    read_system_answer,
    system_request,
)


async def find_dialect(session: ClientSession, host: str, ports: Ports) -> Dialect:
    """Return the dialect that a box speaks, found by asking for its capture devices.

    Raises `AiBoxNotFoundError` where no dialect's call is known, `AiBoxProtocolError` where nothing there speaks
    like a box, and what `Rest.capture_devices` raises.
    """
    refusal: AiBoxRefusedError | None = None
    unlike_a_box: type[AiBoxProtocolError] = AiBoxNotFoundError
    for dialect in WIRES:
        try:
            await Rest(session, host, ports, dialect).capture_devices()
        except AiBoxNotFoundError:
            continue
        except AiBoxProtocolError:
            unlike_a_box = AiBoxProtocolError
        except AiBoxRefusedError as error:
            # Perhaps only because the call is the other dialect's.
            refusal = error
        else:
            return dialect
    raise refusal or unlike_a_box("nothing at this address speaks like an SE AI box")


class Rest:
    """The questions that a box of known dialect answers.

    Every method raises `AiBoxConnectionError` where the box is out of reach, `AiBoxBusyError` while it
    starts, `AiBoxRefusedError` for an error of its own and `AiBoxProtocolError` for an unreadable answer.
    """

    def __init__(
        self, session: ClientSession, host: str, ports: Ports, dialect: Dialect
    ) -> None:
        """Take where the box is; the session must refuse redirects (`http.refuse_redirects`)."""
        self._session = session
        self._host = host
        self._ports = ports
        self.wire = WIRES[dialect]

    async def _ask(self, request: Request) -> JsonObject:
        return await fetch_object(self._session, self._host, self._ports, request)

    async def capture_devices(self) -> tuple[CaptureDevice, ...]:
        """Return the capture devices on the box (PROTOCOL §2)."""
        return self.wire.read_capture_devices(
            await self._ask(self.wire.CAPTURE_DEVICES)
        )

    async def box_info(self) -> BoxInfo:
        """Return who the box is (PROTOCOL §3); what it does not answer stays unknown."""
        calls = tuple(SystemCall)
        answers, threshold, mac = await asyncio.gather(
            asyncio.gather(*(self._system_answer(call) for call in calls)),
            self._config(self.wire.THRESHOLD),
            self._config(self.wire.BOX_MAC),
        )
        return read_box_info(
            self.wire.DIALECT, dict(zip(calls, answers, strict=True)), mac, threshold
        )

    async def _system_answer(self, call: SystemCall) -> tuple[JsonObject, ...]:
        # The system API may be closed, and firmware lacks calls; recognitions work without (PROTOCOL §3).
        try:
            return read_system_answer(
                await self._ask(system_request(call, self.wire.DIALECT))
            )
        except AiBoxError:
            return ()

    async def _config(self, name: str | None) -> str | None:
        if name is None:
            return None
        try:
            return self.wire.read_config(
                await self._ask(self.wire.config_request(name)), name
            )
        except AiBoxError:
            return None

    async def health(self) -> BoxHealth:
        """Return how the box is (PROTOCOL §3); raises only where it answers nothing of it."""
        asked_at = datetime.now(UTC)
        calls = tuple(HealthCall)
        answers = await asyncio.gather(*(self._health_answer(call) for call in calls))
        errors = [answer for answer in answers if isinstance(answer, AiBoxError)]
        if len(errors) == len(calls):
            raise errors[0]
        return read_health(dict(zip(calls, answers, strict=True)), asked_at)

    async def _health_answer(self, call: HealthCall) -> JsonObject | AiBoxError:
        try:
            return await self._ask(health_request(call, self.wire.DIALECT))
        except AiBoxError as error:
            return error

    async def recognizes(self) -> bool | None:
        """Return whether the face service runs, which it does not in bare-system mode; None where that is unsaid."""
        request = system_request(SystemCall.MODE, self.wire.DIALECT)
        return read_recognizes(read_system_answer(await self._ask(request)))

    async def clock(self) -> ClockReading:
        """Return the box's clock error: by its clock call, else by a `Date` header."""
        request = clock_request(self.wire.DIALECT)
        loop = asyncio.get_running_loop()
        asked_at = loop.time()
        try:
            box_time = read_clock(await self._ask(request))
        except AiBoxError:
            asked_at = loop.time()
            date = await fetch_date(
                self._session, self._host, self._ports, self.wire.CAPTURE_DEVICES
            )
            # On average, half a second was cut off.
            return _compare(
                read_date(date), loop.time() - asked_at, timedelta(seconds=0.5)
            )
        return _compare(box_time, loop.time() - asked_at)

    async def clock_or_none(self) -> ClockReading | None:
        """Return the box's clock error, or None if it cannot be measured."""
        try:
            return await self.clock()
        except AiBoxError:
            return None

    async def pass_mode(self) -> PassMode | None:
        """Return whom the box lets in, None for a mode never heard of."""
        name = self.wire.PASS_MODE
        answer = await self._ask(self.wire.config_request(name))
        return read_pass_mode(self.wire.read_config(answer, name))

    def can_open_door(self, device: CaptureDevice) -> bool:
        """Return whether a relay is bound to the capture device that the box opens when told to."""
        return self.wire.open_door_request(device) is not None

    async def open_door(
        self, device: CaptureDevice, seconds: int | None = None
    ) -> None:
        """Open the door of a capture device in one attempt; after a connection error it may be open or not.

        For 1 to 254 seconds, by default as long as the relay is set to. Raises `ValueError` unless `can_open_door`.
        """
        if (request := self.wire.open_door_request(device, seconds)) is None:
            raise ValueError("the box opens no door there")
        await self._ask(request)

    async def record_page(
        self, query: HistoryQuery, *, milliseconds: bool
    ) -> RecordPage:
        """Return a page of history, its time span sent in the given unit (PROTOCOL §4)."""
        answer = await self._ask(
            self.wire.history_request(query, milliseconds=milliseconds)
        )
        return read_record_page(self.wire, answer, datetime.now(UTC))

    async def people(self, query: PeopleQuery) -> tuple[EnrolledPerson, ...]:
        """Return enrolled people from the start of the box's list (PROTOCOL §5)."""
        dialect = self.wire.DIALECT
        return read_people(dialect, await self._ask(people_request(dialect, query)))

    async def record(self, recognition_id: str) -> Record | None:
        """Return the record of an event by the box's own id, None where it cannot be asked for."""
        if (request := self.wire.record_request(recognition_id)) is None:
            return None
        try:
            answer = await self._ask(request)
        except AiBoxNotFoundError:
            return None
        page = read_record_page(self.wire, answer, datetime.now(UTC))
        return next(iter(page.records), None)

    async def recognize_picture(self, question: PictureQuestion) -> PictureAnswer:
        """Return who is on a picture, or why nobody (PROTOCOL §5); it leaves no trace on the box."""
        request = comparison_request(self.wire.DIALECT, question)
        try:
            answer = await self._ask(request)
        except AiBoxRefusedError as error:
            if error.refusal not in NOT_RECOGNIZED:
                raise
            return PictureAnswer(reason=error.refusal)
        return read_comparison(self.wire.DIALECT, answer)

    async def search_by_picture(self, search: PictureSearch) -> SimilarRecords:
        """Return what one search comes across (PROTOCOL §4), which may take a box minutes."""
        request = picture_search_request(self.wire.DIALECT, search)
        return read_similar_records(
            self.wire, await self._ask(request), datetime.now(UTC)
        )

    async def enroll(self, enrolment: Enrolment) -> str:
        """Enrol somebody (PROTOCOL §5) and return under which identity id.

        After a connection error somebody may be enrolled or not.
        """
        dialect = self.wire.DIALECT
        return read_enrolment(
            dialect, await self._ask(enrolment_request(dialect, enrolment))
        )

    async def picture(self, record: Record, kind: PictureKind) -> bytes | None:
        """Return a picture of a record, None where the box has none (any more)."""
        if (picture_id := record.picture_ids.get(kind)) is None:
            return None
        request = self.wire.picture_request(kind, picture_id, record.raw_timestamp)
        try:
            return (
                await fetch_picture(self._session, self._host, self._ports, request)
                or None
            )
        except AiBoxNotFoundError:
            return None


def _compare(
    box_time: datetime, seconds: float, cut_off: timedelta = timedelta()
) -> ClockReading:
    """Compare a box's clock with ours, as if it was read halfway.

    `seconds` passed between question and answer, by a clock that is never set.
    """
    half = timedelta(seconds=seconds / 2)
    return ClockReading(box_time + cut_off - (datetime.now(UTC) - half), half + cut_off)
