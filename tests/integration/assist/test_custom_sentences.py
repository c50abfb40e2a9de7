"""The custom sentences of the documentation and their answers."""

from datetime import timedelta
from pathlib import Path
import shutil

import pytest

from emulator import EmulatedBox
from homeassistant.components.conversation import async_converse
from homeassistant.core import Context, HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from homeassistant.util.yaml import parse_yaml
from tests.integration.conftest import SetUp
from tests.integration.helpers import record
from tests.integration.recognition.automation_helpers import FRIEND, doors_of

_SENTENCES = Path(__file__).parents[3] / "docs" / "custom_sentences"
_SOME_DEVICE = "0123456789abcdef0123456789abcdef"


@pytest.fixture
async def _copied(
    hass: HomeAssistant, noon: None, box: EmulatedBox, set_up: SetUp, tmp_path: Path
) -> None:
    """Use the documented sentences, with the front door for every place."""
    front_door, *_ = doors_of(hass, box, await set_up())
    target = tmp_path / "custom_sentences"
    shutil.copytree(_SENTENCES, target)
    for path in target.rglob("*.yaml"):
        path.write_text(path.read_text().replace(_SOME_DEVICE, front_door.device_id))
    hass.config.config_dir = str(tmp_path)
    intents = parse_yaml((target / "intent_script.yaml").read_text())
    for domain in ("homeassistant", "conversation", "intent_script"):
        assert await async_setup_component(hass, domain, {"intent_script": intents})
    day = dt_util.start_of_local_day() - timedelta(days=1)
    for identity, hours in ((FRIEND, 8.5), (FRIEND, 9), (None, 10)):
        await record(box, day + timedelta(hours=hours), identity)


@pytest.mark.usefixtures("_copied")
@pytest.mark.parametrize(
    ("language", "sentence", "answer"),
    [
        ("en", "Who was at the front door yesterday?", "小明, strangers (1)."),
        ("en", "Who came to the lobby this morning?", "Nobody."),
        ("en", "Who was at the front door tonight?", "Nobody."),
        ("en", "When did 小明 come home yesterday?", "小明: 08:30, 09:00."),
        ("en", "When was Tom last seen?", "I have not seen Tom."),
        ("zh-Hans", "昨天谁来过大门？", "小明、陌生人1次。"),
        ("zh-Hans", "大门口昨天有谁来过？", "小明、陌生人1次。"),
        ("zh-Hans", "今天上午谁来过闸机？", "没有看到任何人。"),
        ("zh-Hans", "小明昨天是什么时候到家的？", "小明：08:30、09:00。"),
        ("zh-Hans", "汤姆几点回家？", "没有看到汤姆。"),
    ],
)
async def test_documented_sentence_is_understood_and_answered(
    hass: HomeAssistant, language: str, sentence: str, answer: str
) -> None:
    """All recognitions were at the front door, yesterday."""
    result = await async_converse(hass, sentence, None, Context(), language=language)
    assert result.response.speech["plain"]["speech"].strip() == answer
