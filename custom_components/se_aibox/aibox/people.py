"""The calls for enrolled people (docs/protocol.md §5)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from .enrolled import (
    PeoplePage,
    PeopleQuery,
    PermissionGroup,
    PersonChange,
    PersonRecord,
)
from .exceptions import (
    NOT_RECOGNIZED,
    AiBoxBusyError,
    AiBoxConnectionError,
    AiBoxError,
    AiBoxNotFoundError,
    AiBoxOtherwiseChangedError,
    AiBoxRefusedError,
    Refusal,
    UnreadableError,
)
from .models import Dialect
from .names import given_name, id_key, name_key
from .questions import Enrollment, PictureQuestion
from .rest import Rest
from .wire.changes import (
    StoredPerson,
    delete_request,
    differences,
    misspelled,
    read_stored_person,
    update_requests,
)
from .wire.enrollment import enrollment_refusal, enrollment_request, read_enrollment
from .wire.fields import JsonObject
from .wire.people import (
    PeopleAnswer,
    people_request,
    person_request,
    read_people,
    read_people_answer,
    read_person_answer,
)
from .wire.permissions import (
    permission_groups_request,
    permission_names_request,
    read_permission_groups,
    read_permission_names,
)
from .wire.quality import quality_request, read_quality
from .wire.request import Request

# A nested box sends a photo with each person. They are not kept, but take time.
_MOST_PEOPLE = {Dialect.NESTED: 20, Dialect.FLAT: 100}
_UNUSABLE = NOT_RECOGNIZED | {
    Refusal.PICTURE_UNREADABLE,
    Refusal.PICTURE_TOO_LARGE,
}


class EnrolledPeople:
    """The people of one box.

    Every method raises what those of `Rest` raise. A change is sent once: after an
    `AiBoxConnectionError` with `was_connected`, nobody knows whether the box made it.
    """

    def __init__(self, rest: Rest) -> None:
        """Initialize the calls."""
        self._rest = rest
        self._dialect = rest.wire.DIALECT
        # Whether the box skips pages, as far as it was found out.
        self._skips_pages = False

    @property
    def gives_ids(self) -> bool:
        """Whether the box gives an id to a person enrolled without one."""
        return self._dialect is Dialect.FLAT

    @property
    def page_size(self) -> int:
        """How many people a page has at most."""
        return _MOST_PEOPLE[self._dialect]

    async def found(self, query: PeopleQuery) -> tuple[PersonRecord, ...]:
        """Return the first people whom a query finds."""
        answer = await self._answer(query)
        return read_people(self._dialect, answer.rows)

    async def page(self, query: PeopleQuery) -> PeoplePage:
        """Return a page of the people, with at most `page_size`.

        Raises `UnreadableError` rather than repeat or leave out people.
        """
        query = replace(query, limit=min(query.limit, self.page_size))
        if query.identity_id is not None:
            person = await self.person(query.identity_id)
            people = tuple(filter(None, (person,)))
            return _page(query, people, PeopleAnswer(people, len(people)), True)
        answer = await self._window(query)
        end = query.page * query.limit + len(answer.rows)
        # The count is not relied on: it may be of other people than those asked for.
        is_last = not answer.rows or not await self._rows_at(query, end)
        if not is_last and len(answer.rows) < query.limit:
            raise UnreadableError("a page of people is too short")
        people = read_people(self._dialect, answer.rows)
        return _page(query, people, answer, is_last)

    async def one_after(self, count: int) -> PeopleAnswer:
        """Return the row after so many people, and the total if reported."""
        # One person a page: whether a box skips people or pages makes no difference.
        return await self._answer(PeopleQuery(limit=1, page=count))

    async def _window(self, query: PeopleQuery) -> PeopleAnswer:
        """Return the rows of a page, whatever the box skips before them."""
        first = query.page * query.limit
        if first == 0 or self._dialect is Dialect.FLAT:
            answer = await self._answer(query)
            return _check_size(answer, query)
        # One person after so many: people or pages make no difference.
        if not (head := await self._rows_at(query, first)):
            return PeopleAnswer((), None)
        for skips_pages in (self._skips_pages, not self._skips_pages):
            answer = await self._answer(query, skips_pages=skips_pages)
            if answer.rows[:1] == head:
                self._skips_pages = skips_pages
                return _check_size(answer, query)
        raise UnreadableError("pages of people do not follow each other")

    async def _rows_at(self, query: PeopleQuery, index: int) -> tuple[object, ...]:
        """Return the row after so many, nothing behind the last one."""
        answer = await self._answer(replace(query, limit=1, page=index))
        return answer.rows[:1]

    async def _answer(
        self, query: PeopleQuery, *, skips_pages: bool = False
    ) -> PeopleAnswer:
        request = people_request(self._dialect, query, skips_pages=skips_pages)
        return read_people_answer(self._dialect, await self._rest.ask(request))

    async def person(self, identity_id: str) -> PersonRecord | None:
        """Return the identity with an id, None without one."""
        entry = await self._entry(identity_id)
        return (
            None if entry is None else read_stored_person(self._dialect, entry).record
        )

    async def _entry(self, identity_id: str) -> JsonObject | None:
        """Return what the box has of an identity."""
        query = PeopleQuery(limit=1, identity_id=identity_id)
        requests = [person_request(self._dialect, identity_id)]
        if self._dialect is Dialect.FLAT:
            # "Not found" may be the call.
            requests.append(people_request(self._dialect, query))
        for request in requests:
            try:
                answer = await self._rest.ask(request)
            except AiBoxNotFoundError:
                continue
            if request is requests[0]:
                rows = read_person_answer(self._dialect, answer)
            else:
                rows = read_people_answer(self._dialect, answer).rows
            return _with_id(rows, identity_id)
        # A box of the other dialect, after an update, has no such call. That is no
        # proof that nobody has the id, and raises an error here.
        await self._rest.capture_devices()
        return None

    async def groups(self) -> tuple[PermissionGroup, ...]:
        """Return the permission groups, without ids where only names are listed."""
        try:
            answer = await self._rest.ask(permission_groups_request(self._dialect))
        except AiBoxNotFoundError:
            if (request := permission_names_request(self._dialect)) is None:
                raise
            return read_permission_names(await self._rest.ask(request))
        return read_permission_groups(self._dialect, answer)

    async def check_quality(self, picture: bytes) -> tuple[Refusal, ...]:
        """Return why a picture is not good enough to enroll.

        Empty if it is, or if the box has no such call.
        """
        try:
            answer = await self._rest.ask(quality_request(self._dialect, picture))
        except AiBoxNotFoundError:
            return ()
        except AiBoxRefusedError as error:
            if error.refusal in _UNUSABLE:
                return (error.refusal,)
            raise
        return read_quality(self._dialect, answer)

    async def enroll(self, enrollment: Enrollment) -> str:
        """Enroll a person and return the identity id."""
        dialect = self._dialect
        with _before_change():
            await self._rest.check_may_change()
            groups = await self._group_ids(enrollment.permission_groups)
            if not enrollment.may_share_face:
                await self._check_face(enrollment.picture, enrollment.identity_id)
        enrollment = replace(enrollment, permission_groups=groups)
        try:
            answer = await self._rest.ask(enrollment_request(dialect, enrollment))
        except AiBoxRefusedError as error:
            refusal = enrollment_refusal(dialect, enrollment, error)
            raise AiBoxRefusedError(error.code, error.message, refusal) from error
        return read_enrollment(dialect, answer)

    async def _group_ids(self, groups: tuple[str, ...]) -> tuple[str, ...]:
        """Return the ids of permission groups, given by id or name."""
        ids: list[str] = []
        for called in groups:
            group = await self._rest.permission_group(called)
            if group is None:
                await self._check_is_id(called)
            ids.append((group and group.group_id) or called)
        return tuple(ids)

    async def _check_is_id(self, called: str) -> None:
        """Raise `AiBoxRefusedError` for the name of a permission group.

        A box that does not list their ids would enroll the person into no group.
        """
        if (request := permission_names_request(self._dialect)) is None:
            return
        try:
            answer = await self._rest.ask(request)
        except AiBoxNotFoundError:
            return
        names = (name_key(group.name) for group in read_permission_names(answer))
        if name_key(called) in names:
            raise AiBoxRefusedError("no id", "", Refusal.GROUP_WITHOUT_ID)

    async def _check_face(self, picture: bytes, identity_id: str | None) -> None:
        """Raise `AiBoxRefusedError` for a face that is enrolled under another id.

        No box refuses it. It would recognize one of the two people, and nobody knows
        which.
        """
        try:
            answer = await self._rest.recognize_picture(PictureQuestion(picture))
        except AiBoxConnectionError, AiBoxBusyError:
            raise
        except AiBoxError:
            # Some firmware compares for a capture device only.
            return
        if answer.matched and id_key(answer.identity_id) != id_key(identity_id):
            raise AiBoxRefusedError("face enrolled", "", Refusal.FACE_TAKEN)

    async def update(
        self, identity_id: str, name: str, change: PersonChange
    ) -> PersonRecord:
        """Change the identity with an id and a name, and return it.

        Raises `AiBoxOtherwiseChangedError` if the box changed anything else.
        """
        with _before_change():
            await self._rest.check_may_change()
            before = await self._checked(identity_id, name)
            if change.group_ids is not None:
                group_ids = await self._group_ids(change.group_ids)
                change = replace(change, group_ids=group_ids)
            if change.picture is not None and not change.may_share_face:
                await self._check_face(change.picture, identity_id)
        if not (requests := update_requests(before, change)):
            return before.record
        await self._send(requests[0])
        failure: AiBoxError | None = None
        with _after_change():
            try:
                for request in requests[1:]:
                    await self._send(request)
            except AiBoxConnectionError:
                raise
            except AiBoxError as error:
                failure = error
            entry = await self._entry(identity_id)
        if entry is None:
            raise AiBoxOtherwiseChangedError(("identity_id",)) from failure
        after = read_stored_person(self._dialect, entry)
        if different := differences(before, after, change):
            raise AiBoxOtherwiseChangedError(different) from failure
        return after.record

    async def _send(self, request: Request) -> None:
        """Send a change; a call that is missing may have another name."""
        try:
            await self._rest.ask(request)
        except AiBoxNotFoundError:
            if (other := misspelled(request)) is None:
                raise
            await self._rest.ask(other)

    async def delete(self, identity_id: str, name: str) -> None:
        """Delete the identity with an id and a name."""
        with _before_change():
            await self._rest.check_may_change()
            stored = await self._checked(identity_id, name)
        await self._rest.ask(delete_request(stored))
        # A box may answer that it failed, or deleted somebody whom it still has.
        with _after_change():
            entry = await self._entry(identity_id)
        if entry is not None:
            raise AiBoxRefusedError("not deleted", "")

    async def _checked(self, identity_id: str, name: str) -> StoredPerson:
        """Return the identity with an id; raise for another name."""
        entry = await self._entry(identity_id)
        if entry is None:
            raise AiBoxRefusedError("no identity", "", Refusal.IDENTITY_UNKNOWN)
        stored = read_stored_person(self._dialect, entry)
        if name_key(given_name(name)) != name_key(stored.record.name):
            raise AiBoxRefusedError("another name", "", Refusal.IDENTITY_MISMATCH)
        return stored


def _page(
    query: PeopleQuery,
    people: tuple[PersonRecord, ...],
    answer: PeopleAnswer,
    is_last: bool,
) -> PeoplePage:
    group = query.group_id
    return PeoplePage(
        # A nested box has no filter by group.
        tuple(one for one in people if group is None or group in one.group_ids),
        answer.total,
        len(answer.rows),
        is_last,
    )


def _check_size(answer: PeopleAnswer, query: PeopleQuery) -> PeopleAnswer:
    # The next page would repeat people.
    if len(answer.rows) > query.limit:
        raise UnreadableError("a page of people is too long")
    return answer


def _with_id(rows: tuple[object, ...], identity_id: str) -> JsonObject | None:
    """Return the entry with an id, None without any."""
    entries = {
        str(row.get("identity_id")): row for row in rows if isinstance(row, dict)
    }
    by_key = {id_key(found): entry for found, entry in entries.items()}
    entry = entries.get(identity_id) or by_key.get(id_key(identity_id))
    if rows and entry is None:
        # Nobody knows whether the box has the identity.
        raise UnreadableError("another identity than asked for")
    return entry


@contextmanager
def _before_change() -> Iterator[None]:
    """Say of a broken connection that no change was sent."""
    try:
        yield
    except AiBoxConnectionError as error:
        raise type(error)(str(error), was_connected=False) from error


@contextmanager
def _after_change() -> Iterator[None]:
    """Say of a broken connection that a change was sent."""
    try:
        yield
    except AiBoxConnectionError as error:
        raise type(error)(str(error), was_connected=True) from error
