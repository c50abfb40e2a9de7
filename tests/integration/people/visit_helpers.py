"""Helpers of the tests of visitors: enrolled by the real client, ended by the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
import pytest

# It ships no py.typed.
from pytest_homeassistant_custom_component.common import async_fire_time_changed  # type: ignore[import-untyped]

from custom_components.se_aibox.aibox.enrolled import PersonDetails
from custom_components.se_aibox.aibox.models import PersonType
from custom_components.se_aibox.aibox.people import EnrolledPeople
from custom_components.se_aibox.aibox.questions import Enrollment
from custom_components.se_aibox.coordinator import async_loaded_box
from custom_components.se_aibox.people.visit import Visit, Visitor
from custom_components.se_aibox.people.visitors import async_remember, async_visits
from emulator import EmulatedBox, Identity, Request
from emulator.port import abort
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.emulator.pictures import photo
from tests.integration.helpers import our_tasks, until

from .followed_people import ENTRY_IDS, Boxes

ANNA_ID = "V100"
# The method and path of the requests that enroll and delete.
ENROLL = {
    "nested": ("POST", "/SophonFogSys/api/users"),
    "flat": ("POST", "/sophon/v2/face/createidentity"),
}
DELETE = {
    "nested": ("DELETE", "/SophonFogSys/api/users"),
    "flat": ("POST", "/sophon/v2/face/deleteidentities"),
}
_TASK = "se_aibox end of visits"


class Clock:
    """Home Assistant's clock; boxes and timers keep real time."""

    def __init__(self, hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
        """Start at the real time."""
        self._hass = hass
        self._ahead = timedelta()
        self._real = dt_util.utcnow
        monkeypatch.setattr(dt_util, "utcnow", lambda: self._real() + self._ahead)

    def now(self) -> datetime:
        """Return the time of the clock."""
        return dt_util.utcnow()

    def set_ahead(self, span: timedelta) -> None:
        """Set the clock ahead of the real time; no timer runs."""
        self._ahead = span

    async def minute(self, count: int = 1) -> None:
        """Run the work of each minute, and wait until it is done."""
        for _ in range(count):
            async_fire_time_changed(self._hass, self._real() + timedelta(seconds=61))
            await self.settle()

    async def settle(self) -> None:
        """Wait until no box is asked any more."""
        await self._hass.async_block_till_done()
        await until(lambda: _TASK not in our_tasks())
        await self._hass.async_block_till_done()


class Visits:
    """Visitors that Home Assistant enrolls on boxes."""

    def __init__(self, hass: HomeAssistant, boxes: Boxes, clock: Clock) -> None:
        """Use two boxes that are set up."""
        self._hass = hass
        self.boxes = boxes
        self.clock = clock

    async def enroll(
        self,
        *boxes: EmulatedBox,
        identity_id: str = ANNA_ID,
        name: str = "Anna Smith",
        hours: float = 1,
        **details: Any,
    ) -> Visitor:
        """Enroll a visitor on boxes as the action does, both by default."""
        now = self.clock.now()
        visitor = Visitor(
            identity_id,
            name,
            **{
                # A box's clock is measured to some milliseconds.
                "valid_from": now - timedelta(minutes=1),
                "valid_until": now + timedelta(hours=hours),
                "host": "Tom",
                "company": "Acme",
                "purpose": "Interview",
                **details,
            },
        )
        for box in boxes or self.boxes:
            await self.enroll_as(box, visitor)
        return visitor

    async def enroll_as(self, box: EmulatedBox, visitor: Visitor) -> None:
        """Enroll a visitor on a box, and remember the visit."""
        entry_id = ENTRY_IDS[box.dialect]
        loaded = async_loaded_box(self._hass, entry_id)
        assert loaded is not None
        enrollment = Enrollment(
            photo(),
            identity_id=visitor.identity_id,
            name=visitor.name,
            person_type=PersonType.VISITOR,
            # All visitors have one face here.
            may_share_face=True,
            details=PersonDetails(
                company=visitor.company,
                host=visitor.host,
                purpose=visitor.purpose,
                valid_from=visitor.valid_from,
                valid_until=visitor.valid_until,
            ),
        )
        async with async_remember(self._hass, entry_id, visitor):
            await EnrolledPeople(loaded.client.rest).enroll(enrollment)

    @property
    def open_on(self) -> list[set[str]]:
        """On which boxes each remembered visit is to be ended."""
        dialects = {entry_id: dialect for dialect, entry_id in ENTRY_IDS.items()}
        return [
            {dialects[entry_id] for entry_id in visit.open_on} for visit in self.all
        ]

    @property
    def all(self) -> tuple[Visit, ...]:
        """The visits that are remembered."""
        return async_visits(self._hass)

    async def end(self, hours: float = 1) -> None:
        """Set the clock to some hours from now, and let a minute pass."""
        self.clock.set_ahead(timedelta(hours=hours, seconds=1))
        await self.clock.minute()


def on(box: EmulatedBox, identity_id: str = ANNA_ID) -> Identity | None:
    """Return the person who is enrolled on a box under an id."""
    return box.state.find_identity(identity_id)


def asked(box: EmulatedBox, method: str, path: str) -> list[Request]:
    """Return the requests of a kind that a box received."""
    return [
        request
        for request in box.requests
        if (request.method, request.path) == (method, path)
    ]


@contextmanager
def losing_answers(box: EmulatedBox, method: str, path: str) -> Iterator[None]:
    """Let the connection break after a box carried out the request."""
    port = box.port("rest")
    answer = port.handler
    assert answer is not None

    async def _answer_and_break(request: web.BaseRequest) -> web.StreamResponse:
        assert answer is not None
        response = await answer(request)
        if (request.method, request.path) == (method, path):
            abort(request.transport)
        return response

    port.handler = _answer_and_break
    try:
        yield
    finally:
        port.handler = answer
