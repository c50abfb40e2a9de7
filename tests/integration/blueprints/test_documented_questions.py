"""Every question in the documents is understood and answered."""

from pathlib import Path
import re

import pytest

from emulator import EmulatedBox
from homeassistant.components.conversation import async_converse
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.integration.conftest import SetUp
from tests.integration.helpers import record
from tests.integration.recognition.automation_helpers import COLLEAGUE, doors_of

from .blueprint_helpers import FOLDER, use_blueprint

_ROOT = Path(__file__).parents[3]
_DOCUMENTS = (
    *("README.md", "README.zh-Hans.md", "docs/assist.md", "docs/blueprints.md"),
    "docs/actions/answer_question.md",
    str((FOLDER / "ask_who_was_seen.yaml").relative_to(_ROOT)),
    str((FOLDER / "zh-Hans" / "ask_who_was_seen.yaml").relative_to(_ROOT)),
)
# In quotes or in a cell of a table.
_QUESTION = re.compile(
    r"[“\"|] ?((?:Who|When|Did|Is anybody|Was there) [^“”\"|?]{3,80}\?"
    r"|[^“”\"|？]{2,40}？)",
    re.DOTALL,
)
# The beginnings or parts of the answers to these questions.
_ANSWERED = re.compile(
    r"came at |I have (not )?seen |I know nobody|I last saw |still to come"
    r"|来过|没有.*看到|不认识|最后看到|还没有到|到的"
)


def _questions(document: str) -> list[str]:
    text = (_ROOT / document).read_text()
    found = [" ".join(question.split()) for question in _QUESTION.findall(text)]
    return [
        question
        for question in dict.fromkeys(found)
        if re.match("Who|When|Did|Is|Was", question)
        or re.search("谁|几点|什么时候|回家了|人吗|来过", question)
    ]


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize("blueprint", ["ask_who_was_seen", "zh-Hans/ask_who_was_seen"])
async def test_documented_question_is_answered(
    hass: HomeAssistant,
    noon: None,
    box: EmulatedBox,
    set_up: SetUp,
    tmp_path: Path,
    blueprint: str,
) -> None:
    """The answer to none of them is an objection."""
    doors = [door.device_id for door in doors_of(hass, box, await set_up())]
    for name, door in zip(("Hall", "大厅"), doors, strict=False):
        area = ar.async_get(hass).async_create(name)
        dr.async_get(hass).async_update_device(door, area_id=area.id)
    for domain in ("homeassistant", "conversation"):
        assert await async_setup_component(hass, domain, {})
    await use_blueprint(hass, tmp_path, blueprint, where=doors)
    await record(box, dt_util.now(), COLLEAGUE)
    for document in _DOCUMENTS:
        questions = _questions(document)
        assert questions, document
        for question in questions:
            language = "en" if re.match("Who|When|Did|Is|Was", question) else "zh-Hans"
            result = await async_converse(
                hass, question, None, Context(), language=language
            )
            answer = result.response.speech["plain"]["speech"]
            assert _ANSWERED.search(answer), (document, question, answer)
