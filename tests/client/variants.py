"""Firmware variants that tests of recognitions run over."""

import pytest

from emulator import Variant

_LIVE = {
    "usual": Variant(),
    "binary frames": Variant(frames="binary"),
    "plain pictures": Variant(pictures="plain"),
    "data URIs": Variant(pictures="data_uri"),
    "empty pictures": Variant(pictures="empty"),
    "no pictures": Variant(pictures="absent"),
    "numbers as texts": Variant(numbers_as_strings=True),
    "no person type": Variant(person_type_missing=True),
    "person type as text": Variant(person_type_as_string=True),
    "device type as number": Variant(device_type_as_number=True),
    "welcome machine": Variant(welcome_machine=True),
    "event id in 1.x": Variant(live_event_id=True),
    "no event id in 2.0": Variant(event_id_missing=True),
    "device_id in 2.0": Variant(live_device_id_key=True),
    "reg_pic in 2.0": Variant(reg_pic_key=True),
}
every_live_variant = pytest.mark.parametrize(
    "variant", _LIVE.values(), ids=_LIVE.keys()
)
_HISTORY = {
    "usual": Variant(),
    "milliseconds": Variant(history_milliseconds=True),
    "ascending": Variant(history_order="ascending"),
    "numbers as texts": Variant(numbers_as_strings=True),
    "person type as text": Variant(person_type_as_string=True),
    "event id in 1.x": Variant(live_event_id=True),
    "other id in 1.x": Variant(live_event_id=True, history_id_differs=True),
    "no event id in 2.0": Variant(event_id_missing=True),
    "wrapped event": Variant(event_answer="event"),
    "list of one event": Variant(event_answer="events"),
    "errors with status 200": Variant(errors_with_status_200=True),
}
every_history_variant = pytest.mark.parametrize(
    "variant", _HISTORY.values(), ids=_HISTORY.keys()
)
