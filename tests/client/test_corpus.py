"""Messages with a right outcome, read by the functions of the wire."""

import pytest

from custom_components.se_aibox.aibox.exceptions import UnreadableError
from custom_components.se_aibox.aibox.models import (
    BoxHealth,
    DeviceList,
    Dialect,
    LiveRecognition,
    Recognition,
    RecordPage,
)
from custom_components.se_aibox.aibox.wire.se3 import EventServers
from tests.corpus import CASES, DEVICE_ID, SECONDS, Case, case_id, subset

from .readers import read

type Outcome = dict[str, object]


def _recognition(seen: Recognition) -> Outcome:
    return {
        "recognition_id": seen.recognition_id,
        "capture_device_id": seen.capture_device_id,
        "identity_id": seen.identity_id,
        "identity_name": seen.identity_name,
        "person_type": seen.person_type,
        "matched": seen.matched,
        "score": seen.score,
        "attributes": dict(seen.attributes),
        "pictures": sorted(seen.picture_kinds),
    }


def _outcome(case: Case) -> Outcome:
    reader = {"memory": "health"}.get(case.message, case.message)
    match read(reader, Dialect(case.dialect), case.raw):
        case LiveRecognition(recognition):
            return _recognition(recognition)
        case RecordPage(records=[record]):
            return _recognition(record.recognition)
        case RecordPage(records=[], unreadable=[kind]):
            raise UnreadableError(kind)
        case DeviceList(devices, unreadable):
            return {
                "ids": [device.capture_device_id for device in devices],
                "names": [device.name or "" for device in devices],
                "unreadable": len(unreadable),
            }
        case BoxHealth(memory_usage=memory_usage):
            return {"memory_usage": memory_usage}
        case EventServers(urls, reference_pictures):
            return {"urls": list(urls), "reference_pictures": reference_pictures}
        case other:
            pytest.fail(f"no outcome for {other}")


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_case_has_its_right_outcome(case: Case) -> None:
    """A case without an outcome is unreadable."""
    if case.outcome is None:
        assert case.unreadable is not None
        with pytest.raises(UnreadableError, match=f"^{case.unreadable}$"):
            _outcome(case)
        return
    assert case.unreadable is None
    assert subset(_outcome(case), case.outcome) == case.outcome


def test_cases_say_where_they_come_from() -> None:
    """Home Assistant moves them to the present, and to its capture device."""
    for case in CASES:
        assert len(case.origin.split()) >= 5, case.name
        if case.message in ("live", "page", "push"):
            assert SECONDS.search(case.raw), case.name
        if case.message in ("live", "page") and case.unreadable is None:
            assert DEVICE_ID.encode() in case.raw, case.name
