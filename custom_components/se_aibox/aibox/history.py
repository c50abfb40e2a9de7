"""Finding things again in a box's history."""

from datetime import timedelta

from .models import HistoryQuery, Record
from .rest import Rest
from .wire.recognition_id import RecordKey, parse_recognition_id

# A record's time is a float of seconds, a live message's whole milliseconds: they round differently.
_TOLERANCE = timedelta(milliseconds=2)
_MOST_RECORDS = 100


async def find_record(
    rest: Rest, recognition_id: str, key: RecordKey | None = None
) -> Record | None:
    """Return the record behind a recognition id, None where the box has none (any more).

    `key` helps with an id of the box's own: nested boxes cannot be asked by it. Raises what a request raises.
    """
    if (built := parse_recognition_id(recognition_id)) is not None:
        key = built
    elif (record := await rest.record(recognition_id)) is not None:
        return record
    if key is None:
        return None
    query = HistoryQuery(
        # Wider than the match: a box may compare whole seconds.
        start=key.occurred_at - timedelta(seconds=1),
        end=key.occurred_at + timedelta(seconds=1),
        capture_device_ids=frozenset({key.capture_device_id}),
        per_page=_MOST_RECORDS,
    )
    for milliseconds in rest.wire.HISTORY_IN_MILLISECONDS:
        page = await rest.record_page(query, milliseconds=milliseconds)
        found = [record for record in page.records if _is_of(record, key)]
        if found:
            # Of two strangers in one millisecond nobody can tell which is meant.
            return found[0] if len(found) == 1 else None
    return None


def _is_of(record: Record, key: RecordKey) -> bool:
    seen = record.recognition
    return (
        seen.capture_device_id == key.capture_device_id
        and abs(seen.occurred_at - key.occurred_at) <= _TOLERANCE
        and (seen.identity_id or seen.attributes.get("stranger_id")) == key.identity_id
    )
