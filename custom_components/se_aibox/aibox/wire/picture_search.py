"""Searches for a face, in both dialects (docs/protocol.md §4)."""

from datetime import datetime, timedelta

from ..exceptions import AiBoxRefusedError, UnreadableError
from ..models import Dialect
from ..questions import PictureSearch, SimilarRecord, SimilarRecords
from .dialect import Wire
from .fields import JsonObject, encode_picture, moment, number, objects, text
from .request import Request

# A search of 50 000 records takes a box minutes.
_SECONDS = 180

# 1.x refuses to search a month or more at once; months differ.
LONGEST_SPAN = {Dialect.NESTED: timedelta(days=27), Dialect.FLAT: None}

# Whether times are in milliseconds, in the order to try. The page of 2.0 says so, but
# the times in its example are in seconds.
SEARCH_IN_MILLISECONDS = {Dialect.NESTED: (False,), Dialect.FLAT: (True, False)}


def picture_search_request(
    dialect: Dialect, search: PictureSearch, *, milliseconds: bool
) -> Request:
    """Return the request to search for a face, newest first."""
    flat = dialect is Dialect.FLAT
    factor = 1000 if milliseconds else 1
    body: dict[str, object] = {
        "face_image_base64": encode_picture(search.picture),
        "starttime": search.start.timestamp() * factor,
        "endtime": search.end.timestamp() * factor,
        "reverse": True,
    }
    if search.ended_at is not None:
        body["last_end_timestamp"] = search.ended_at.timestamp() * factor
    if search.threshold is not None:
        body["threshold"] = search.threshold
    if search.capture_device_ids:
        body["media_device_ids" if flat else "device_id_list"] = sorted(
            search.capture_device_ids
        )
    path = "/sophon/v2/face/searchbyimage" if flat else "/SophonMatch/api/picturesearch"
    return Request("POST", path, body=body, seconds=_SECONDS)


def read_similar_records(
    wire: Wire, answer: JsonObject, received_at: datetime
) -> SimilarRecords:
    """Return the found records; skip unreadable rows."""
    flat = wire.DIALECT is Dialect.FLAT
    name = "events" if flat else "event_list"
    if text(answer, "retcode", "ret_code") == "0":
        raise AiBoxRefusedError("retcode 0", "")
    if name not in answer:
        raise UnreadableError(f"no {name}")
    found: list[SimilarRecord] = []
    for event in objects(answer, name):
        # The same as in the history, apart from the wrapping.
        row = event if flat else {"common": event, **event}
        try:
            record = wire.read_record(row, received_at)
            found.append(SimilarRecord(record, number(event, "compare_score")))
        except UnreadableError:
            continue
    return SimilarRecords(
        tuple(found),
        has_more=answer.get("have_more") is True,
        ended_at=_ended_at(answer),
    )


def _ended_at(answer: JsonObject) -> datetime | None:
    try:
        return moment(answer, "endtimestamp")
    except UnreadableError:
        # A box that takes another unit may repeat the end that it was sent.
        return None
