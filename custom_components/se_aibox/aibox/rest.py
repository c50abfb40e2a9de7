"""The REST calls of a box, without retries or caching."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aiohttp import ClientSession

from .enrolled import PermissionGroup
from .exceptions import (
    NOT_RECOGNIZED,
    AiBoxBusyError,
    AiBoxConnectionError,
    AiBoxError,
    AiBoxNotChangedError,
    AiBoxNotFoundError,
    AiBoxRefusedError,
    Refusal,
)
from .http import fetch_date, fetch_object, fetch_picture
from .models import (
    BoxHealth,
    BoxInfo,
    CaptureDevice,
    ClockReading,
    Dialect,
    HistoryQuery,
    PassMode,
    PictureKind,
    Ports,
    Record,
    RecordPage,
    SystemMode,
)
from .questions import PictureAnswer, PictureQuestion, PictureSearch, SimilarRecords
from .settings import WRITABLE, Setting
from .wire.comparison import comparison_refusal, comparison_request, read_comparison
from .wire.dialect import WIRES, joined, read_parts
from .wire.fields import JsonObject
from .wire.health import HealthCall, health_request, read_health, read_pass_mode
from .wire.people import SENDS_PHOTOS
from .wire.permissions import (
    find_group,
    permission_groups_request,
    read_permission_groups,
)
from .wire.picture_search import picture_search_request, read_similar_records
from .wire.platform import ADDRESS, STATE, has_platform, is_managed
from .wire.request import Request
from .wire.settings import change_request, is_refused, read_setting, setting_name
from .wire.system import (
    SystemCall,
    clock_request,
    read_box_info,
    read_capacity,
    read_clock,
    read_date,
    read_mode,
    read_system_answer,
    read_threshold_range,
    system_request,
)


class Rest:
    """The REST calls of a box whose dialect is known.

    Every method raises `AiBoxConnectionError` if the box cannot be reached,
    `AiBoxBusyError` while it starts, `AiBoxRefusedError` for an error of its own and
    `AiBoxProtocolError` for an unreadable answer.
    """

    def __init__(
        self, session: ClientSession, host: str, ports: Ports, dialect: Dialect
    ) -> None:
        """Initialize the calls.

        The session must have the middleware `http.refuse_redirects`.
        """
        self._session = session
        self._host = host
        self._ports = ports
        self.wire = WIRES[dialect]
        # The faults of entries in the last device list that had to be left out.
        self.unreadable_devices: tuple[str, ...] = ()

    async def ask(self, request: Request) -> JsonObject:
        """Return the answer to a request."""
        return await fetch_object(self._session, self._host, self._ports, request)

    async def capture_devices(self) -> tuple[CaptureDevice, ...]:
        """Return the capture devices on the box (docs/protocol.md §2)."""
        listed = self.wire.read_capture_devices(
            await self.ask(self.wire.CAPTURE_DEVICES)
        )
        self.unreadable_devices = listed.unreadable
        return listed.devices

    async def box_info(self) -> BoxInfo:
        """Return the identity of the box (docs/protocol.md §3).

        Does not raise: a failed call leaves its fields None.
        """
        calls = tuple(SystemCall)
        answers, threshold, mac = await asyncio.gather(
            asyncio.gather(*(self._system_answer(call) for call in calls)),
            self._threshold(),
            self._config(self.wire.BOX_MAC),
        )
        return read_box_info(
            self.wire.DIALECT, dict(zip(calls, answers, strict=True)), mac, threshold
        )

    async def _system_answer(self, call: SystemCall) -> tuple[JsonObject, ...]:
        # The system API may be closed, and some firmware lacks calls. Recognitions work
        # without it (docs/protocol.md §3).
        try:
            return read_system_answer(
                await self.ask(system_request(call, self.wire.DIALECT))
            )
        except AiBoxError:
            return ()

    async def _config(self, name: str | None) -> str | None:
        if name is None:
            return None
        try:
            return self.wire.read_config(
                await self.ask(self.wire.config_request(name)), name
            )
        except AiBoxError:
            return None

    async def _threshold(self) -> str | None:
        value = await self._config(self.wire.THRESHOLD)
        request = self.wire.THRESHOLD_RANGE
        if value is not None or request is None:
            return value
        try:
            return read_threshold_range(await self.ask(request))
        except AiBoxError:
            return None

    async def health(self) -> BoxHealth:
        """Return the health of the box (docs/protocol.md §3).

        Raises only if every call fails.
        """
        asked_at = datetime.now(UTC)
        calls = tuple(HealthCall)
        answers = await asyncio.gather(*(self._health_answer(call) for call in calls))
        errors = [answer for answer in answers if isinstance(answer, AiBoxError)]
        if len(errors) == len(calls):
            raise errors[0]
        return read_health(dict(zip(calls, answers, strict=True)), asked_at)

    async def _health_answer(self, call: HealthCall) -> JsonObject | AiBoxError:
        try:
            return await self.ask(health_request(call, self.wire.DIALECT))
        except AiBoxError as error:
            return error

    async def system_mode(self) -> SystemMode | None:
        """Return what the box runs, None if unreported."""
        request = system_request(SystemCall.MODE, self.wire.DIALECT)
        return read_mode(read_system_answer(await self.ask(request)))

    async def clock(self) -> ClockReading:
        """Return the box's clock error."""
        # By its clock call, otherwise by a `Date` header.
        request = clock_request(self.wire.DIALECT)
        loop = asyncio.get_running_loop()
        asked_at = loop.time()
        try:
            box_time = read_clock(await self.ask(request))
        except AiBoxError:
            asked_at = loop.time()
            date = await fetch_date(
                self._session, self._host, self._ports, self.wire.CAPTURE_DEVICES
            )
            return _compare(read_date(date), loop.time() - asked_at, is_date=True)
        return _compare(box_time, loop.time() - asked_at)

    async def setting(self, setting: Setting) -> str | None:
        """Return a setting as text, None without a value (docs/protocol.md §3)."""
        dialect = self.wire.DIALECT
        name = setting_name(dialect, setting)
        answer = await self.ask(self.wire.config_request(name))
        return read_setting(dialect, answer, setting)

    async def change_setting(self, setting: Setting, value: str) -> None:
        """Change a setting in one attempt, then read it back.

        After an error, it may be changed, unless the box refused or was not connected.
        Raises `ValueError` unless the setting is in `WRITABLE`, `AiBoxRefusedError` for
        a box that a platform manages, and `AiBoxNotChangedError` if the box keeps
        another value.
        """
        if setting not in WRITABLE:
            raise ValueError(f"{setting} must not be changed")
        await self.check_may_change()
        dialect = self.wire.DIALECT
        answer = await self.ask(change_request(dialect, setting, value))
        if is_refused(dialect, answer, setting):
            raise AiBoxNotChangedError
        try:
            kept = await self.setting(setting)
        except AiBoxError as error:
            # The box took the change. It refuses, lacks or misses only this question.
            raise AiBoxConnectionError(str(error)) from error
        if (kept or "") != value:
            raise AiBoxNotChangedError

    async def check_may_change(self) -> None:
        """Raise `AiBoxRefusedError` for a box that a platform manages.

        A box that does not answer these questions has no platform, as far as known.
        """
        dialect = self.wire.DIALECT
        address = await self._platform_answer(ADDRESS[dialect])
        if not has_platform(dialect, address):
            return
        if is_managed(dialect, await self._platform_answer(STATE[dialect])):
            raise AiBoxRefusedError("managed", "", Refusal.MANAGED)

    async def _platform_answer(self, name: str) -> JsonObject:
        try:
            return await self.ask(self.wire.config_request(name))
        except AiBoxConnectionError, AiBoxBusyError:
            raise
        except AiBoxError:
            return {}

    async def pass_mode(self) -> PassMode | None:
        """Return whom the box lets in, None if unknown."""
        name = setting_name(self.wire.DIALECT, Setting.PASS_MODE)
        answer = await self.ask(self.wire.config_request(name))
        return read_pass_mode(self.wire.read_config(answer, name))

    async def capacity(self) -> int | None:
        """Return how many people fit, None if the box does not report it."""
        return read_capacity(await self._config(self.wire.CAPACITY))

    def can_open_door(self, device: CaptureDevice) -> bool:
        """Return True if the box can open this door."""
        return self.wire.open_door_request(device) is not None

    async def open_door(
        self, device: CaptureDevice, seconds: int | None = None
    ) -> None:
        """Open the door of a capture device, in one attempt.

        It opens for 1 to 254 seconds, by default as long as the relay is set to. After
        an error, it may be open, unless the box refused or was not connected. Raises
        `ValueError` unless `can_open_door`.
        """
        if (request := self.wire.open_door_request(device, seconds)) is None:
            raise ValueError("the capture device has no door that the box can open")
        await self.ask(request)

    async def record_page(
        self, query: HistoryQuery, *, milliseconds: bool
    ) -> RecordPage:
        """Return a page of the history (docs/protocol.md §4).

        The time span is sent in milliseconds, or else in seconds.
        """
        answer = await self.ask(
            self.wire.history_request(query, milliseconds=milliseconds)
        )
        return await self._read_page(answer)

    async def _read_page(self, answer: JsonObject) -> RecordPage:
        parts: list[RecordPage] = []
        # A box may send far more rows than requested.
        for part in read_parts(self.wire, answer, datetime.now(UTC)):
            parts.append(part)
            await asyncio.sleep(0)
        return joined(parts)

    @property
    def sends_photos_of_people(self) -> bool:
        """Whether the box sends a list of people with their photos."""
        return SENDS_PHOTOS[self.wire.DIALECT]

    async def enrolled_photo(self, photo_id: str) -> bytes | None:
        """Return an enrolled photo, None without one (docs/protocol.md §4)."""
        return await self._picture(PictureKind.REFERENCE, photo_id, "")

    async def record(self, recognition_id: str) -> Record | None:
        """Return a record by the box's own id.

        None if the box has no such record, or its dialect no such call.
        """
        if (request := self.wire.record_request(recognition_id)) is None:
            return None
        try:
            answer = await self.ask(request)
        except AiBoxNotFoundError:
            return None
        page = await self._read_page(answer)
        # Firmware that ignores the id answers with other records.
        return next(
            (record for record in page.records if record.record_id == recognition_id),
            None,
        )

    async def recognize_picture(self, question: PictureQuestion) -> PictureAnswer:
        """Return who is on a picture, or why nobody (docs/protocol.md §5).

        The picture names no capture device, so that the box records nothing.
        """
        dialect = self.wire.DIALECT
        if (called := question.permission_group) is not None:
            group = await self.permission_group(called)
            name = called if group is None else group.name
            question = replace(question, permission_group=name)
        try:
            answer = await self.ask(comparison_request(dialect, question))
        except AiBoxRefusedError as error:
            refusal = comparison_refusal(dialect, question, error)
            if refusal in NOT_RECOGNIZED:
                return PictureAnswer(reason=refusal)
            raise AiBoxRefusedError(error.code, error.message, refusal) from error
        return read_comparison(dialect, answer)

    async def permission_group(self, called: str) -> PermissionGroup | None:
        """Return the permission group with an id or name.

        One call takes ids, another one names. Returns None if the box does not list
        both. Raises `AiBoxRefusedError` if it has no such group.
        """
        dialect = self.wire.DIALECT
        # The whole list may have only the first groups.
        for name in (None, called):
            try:
                answer = await self.ask(permission_groups_request(dialect, name))
            except AiBoxNotFoundError:
                return None
            group = find_group(read_permission_groups(dialect, answer), called)
            if group is not None:
                return group
        raise AiBoxRefusedError("no group", "", Refusal.GROUP_UNKNOWN)

    async def search_by_picture(
        self, search: PictureSearch, *, milliseconds: bool
    ) -> SimilarRecords:
        """Return the result of one search (docs/protocol.md §4).

        A search may take a box minutes. The time span is sent in milliseconds, or else
        in seconds.
        """
        request = picture_search_request(
            self.wire.DIALECT, search, milliseconds=milliseconds
        )
        return read_similar_records(
            self.wire, await self.ask(request), datetime.now(UTC)
        )

    async def picture(self, record: Record, kind: PictureKind) -> bytes | None:
        """Return a picture of a record, None without one."""
        if (picture_id := record.picture_ids.get(kind)) is None:
            return None
        return await self._picture(kind, picture_id, record.raw_timestamp)

    async def _picture(
        self, kind: PictureKind, picture_id: str, raw_timestamp: str
    ) -> bytes | None:
        request = self.wire.picture_request(kind, picture_id, raw_timestamp)
        try:
            return (
                await fetch_picture(self._session, self._host, self._ports, request)
                or None
            )
        except AiBoxNotFoundError:
            return None


def _compare(
    box_time: datetime, seconds: float, *, is_date: bool = False
) -> ClockReading:
    """Compare a box's clock with ours, as if it was read halfway.

    `seconds` passed between request and answer, by a monotonic clock.
    """
    half = timedelta(seconds=seconds / 2)
    # A date cuts off half a second on average.
    cut_off = timedelta(seconds=0.5 * is_date)
    offset = box_time + cut_off - (datetime.now(UTC) - half)
    return ClockReading(offset, half + cut_off, is_date=is_date)
