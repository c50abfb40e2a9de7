"""The box's REST calls: one method a question, no retry, no cache."""

import asyncio
from datetime import UTC, datetime

from aiohttp import ClientSession

from .exceptions import (
    AiBoxError,
    AiBoxNotFoundError,
    AiBoxProtocolError,
    AiBoxRefusedError,
)
from .http import fetch_object, fetch_picture
from .models import (
    BoxInfo,
    CaptureDevice,
    Dialect,
    HistoryQuery,
    PictureKind,
    Ports,
    Record,
    RecordPage,
)
from .wire.dialect import WIRES
from .wire.fields import JsonObject
from .wire.history import read_record_page
from .wire.request import Request
from .wire.system import SystemCall, read_box_info, read_system_answer, system_request


async def find_dialect(session: ClientSession, host: str, ports: Ports) -> Dialect:
    """Return the dialect that a box speaks, found by asking for its capture devices.

    Raises `AiBoxProtocolError` where nothing there speaks like a box, and what `Rest.capture_devices` raises.
    """
    refusal: AiBoxRefusedError | None = None
    for dialect in WIRES:
        try:
            await Rest(session, host, ports, dialect).capture_devices()
        except AiBoxProtocolError:
            continue
        except AiBoxRefusedError as error:
            # Perhaps only because the call is the other dialect's.
            refusal = error
        else:
            return dialect
    raise refusal or AiBoxProtocolError(
        "nothing at this address speaks like an SE AI box"
    )


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

    async def record_page(
        self, query: HistoryQuery, *, milliseconds: bool
    ) -> RecordPage:
        """Return a page of history, its time span sent in the given unit (PROTOCOL §4)."""
        answer = await self._ask(
            self.wire.history_request(query, milliseconds=milliseconds)
        )
        return read_record_page(self.wire, answer, datetime.now(UTC))

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
