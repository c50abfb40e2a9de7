"""The calls for enrolled people (docs/protocol.md §5)."""

from .enrolled import PeoplePage, PersonChange, PersonRecord
from .exceptions import Refusal
from .models import Dialect, PeopleQuery
from .questions import Enrollment
from .rest import Rest
from .wire.permissions import PermissionGroup


class EnrolledPeople:
    """The people of one box.

    Every method raises what those of `Rest` raise. A change is sent once: after a
    connection error with `was_connected`, nobody knows whether the box made it.
    """

    def __init__(self, rest: Rest) -> None:
        """Initialize the calls."""
        self._rest = rest

    @property
    def gives_ids(self) -> bool:
        """Whether the box gives an id to a person enrolled without one."""
        return self._rest.wire.DIALECT is Dialect.FLAT

    async def page(self, query: PeopleQuery) -> PeoplePage:
        """Return a page of the people."""
        raise NotImplementedError

    async def person(self, identity_id: str) -> PersonRecord | None:
        """Return the identity with an id, None without one."""
        raise NotImplementedError

    async def groups(self) -> tuple[PermissionGroup, ...]:
        """Return the permission groups."""
        raise NotImplementedError

    async def check_quality(self, picture: bytes) -> tuple[Refusal, ...]:
        """Return why a picture is not good enough to enroll.

        Empty if it is, or if the box has no such call.
        """
        raise NotImplementedError

    async def check_may_change(self) -> None:
        """Raise `AiBoxRefusedError` for a box that a platform manages."""
        raise NotImplementedError

    async def enroll(self, enrollment: Enrollment) -> str:
        """Enroll a person and return the identity id."""
        return await self._rest.enroll(enrollment)

    async def update(
        self, identity_id: str, name: str, change: PersonChange
    ) -> PersonRecord:
        """Change the identity with an id and a name, and return it.

        Raises `AiBoxOtherwiseChangedError` if the box changed anything else.
        """
        raise NotImplementedError

    async def delete(self, identity_id: str, name: str) -> None:
        """Delete the identity with an id and a name."""
        raise NotImplementedError
