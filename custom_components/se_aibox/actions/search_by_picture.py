"""Action that searches a box's history for a face."""

from datetime import timedelta

import voluptuous as vol

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import ServiceCall, ServiceResponse

from ..aibox.picture_search import FoundSimilar, find_similar
from ..aibox.questions import PictureSearch
from ..recognition.filters import valid_score
from .box import async_box_with_history, translated_errors
from .fields import ATTR_LIMIT, BOX_SCHEMA, LISTING_SCHEMA, time_span
from .picture import PICTURE_SCHEMA, async_read_source
from .response import async_row, listing

_THRESHOLD = "threshold"
# Short, because a box may take minutes to search.
_DEFAULT_SPAN = timedelta(days=7)

SCHEMA = vol.Schema(
    {
        **BOX_SCHEMA,
        **PICTURE_SCHEMA,
        **LISTING_SCHEMA,
        vol.Optional(_THRESHOLD): valid_score,
    }
)


async def async_handle(call: ServiceCall) -> ServiceResponse:
    """Return the newest recognitions of the face."""
    box = async_box_with_history(call.hass, call.data[ATTR_CONFIG_ENTRY_ID])
    data = box.data
    start, end = time_span(call.data, _DEFAULT_SPAN)
    search = PictureSearch(
        await async_read_source(call),
        start=start,
        end=end,
        threshold=call.data.get(_THRESHOLD),
        capture_device_ids=frozenset(data.selected),
    )
    found = FoundSimilar((), None)
    # A box takes an empty list of capture devices for all of them.
    if data.selected:
        with translated_errors(box):
            found = await find_similar(box.client.rest, search, call.data[ATTR_LIMIT])
    listed = [
        similar
        for similar in found.records
        if similar.record.recognition.capture_device_id in data.selected
    ]
    shown = box.history.show(similar.record for similar in listed)
    return listing(
        [
            {
                **async_row(call.hass, box, data, record.recognition),
                "similarity": similar.similarity,
            }
            for similar, record in zip(listed, shown, strict=True)
            if record is not None
        ],
        found.looked_back_to,
    )
