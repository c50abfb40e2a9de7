"""Every reader returns a model or raises `AiBoxError` for any damaged message.

Every run reads the same messages. With `--fuzz-minutes`, it reads others for that
long and adds those that break a reader to the corpus.
"""

from hashlib import sha256
from random import Random
import time

import orjson
import pytest

from custom_components.se_aibox.aibox.exceptions import AiBoxError, UnreadableError
from custom_components.se_aibox.aibox.models import Dialect
from tests.corpus import CORPUS, FOLDER

from .messages import (
    COMPARISON,
    DEVICES,
    ENROLLED,
    ERROR,
    LIVE,
    PAGE,
    PEOPLE,
    PERSON,
    PLATFORM,
    QUALITY,
    ROW,
    SIMILAR,
    SYSTEM,
)
from .mutation import mutate
from .readers import NAMES, check, read

_USUAL_COUNT = 6_000
_MESSAGES = [
    *(
        orjson.dumps(message)
        for messages in (
            *(COMPARISON, DEVICES, ENROLLED, LIVE, PAGE, ROW, SIMILAR),
            *(PEOPLE, PERSON, QUALITY, PLATFORM),
        )
        for message in messages.values()
    ),
    orjson.dumps({**LIVE[Dialect.NESTED], "ext_data": {"device_ip": "10.0.0.7"}}),
    orjson.dumps(ERROR),
    orjson.dumps(SYSTEM),
    orjson.dumps({"data": {"THRESHOLD": 82, "PASSMODE": "normal"}, "THRESHOLD": "82"}),
    orjson.dumps({"data": {"time": 1795385035868, "uptime": "3 hours, 57 minutes"}}),
    orjson.dumps({"event_server_url": ["http://10.0.0.1/a"], "content-type": "json"}),
    orjson.dumps({"permissions": [{"permission_id": "1", "permission_name": "A"}]}),
    orjson.dumps({"data": [{"_id": "1", "info": {"name": "A", "description": ""}}]}),
    orjson.dumps({"ext_data": str({"device_ip": "10.0.0.7", "a": [True, None, "'"]})}),
    orjson.dumps({"modify_media_device": {"action": "add"}, "preview_mode": "1"}),
    b"Sun, 22 Nov 2026 08:49:37 GMT",
    *CORPUS.values(),
]


def _read_and_check(name: str, dialect: Dialect, data: bytes) -> None:
    try:
        result = read(name, dialect, data)
    except AiBoxError as error:
        # The text is logged, and the kind names a counter.
        text = error.kind if isinstance(error, UnreadableError) else str(error)
        assert 0 < len(text) < 140
        assert text.isprintable()
        assert text.isascii()
    else:
        check(result)
        repr(result)


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize("name", NAMES)
def test_reader_survives_the_corpus(name: str, dialect: Dialect) -> None:
    """The corpus keeps messages that broke a reader before."""
    for data in CORPUS.values():
        _read_and_check(name, dialect, data)


def test_readers_survive_random_faults(pytestconfig: pytest.Config) -> None:
    """Each message goes through every reader."""
    minutes: float = pytestconfig.getoption("--fuzz-minutes")
    deadline = time.monotonic() + minutes * 60
    random = Random(time.time() if minutes else 1)
    tried = 0
    while tried < _USUAL_COUNT or time.monotonic() < deadline:
        tried += 1
        data = mutate(random, _MESSAGES)
        for name in NAMES:
            for dialect in Dialect:
                try:
                    _read_and_check(name, dialect, data)
                except Exception:
                    kept = FOLDER / f"found-{sha256(data).hexdigest()[:12]}.bin"
                    kept.write_bytes(data)
                    raise
