"""Helpers of the tests of assistants."""

from datetime import UTC, datetime, timedelta
import json
from typing import Any

from homeassistant.components.homeassistant import async_should_expose
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import llm
from homeassistant.util import dt as dt_util

TOOL = "se_aibox__who_was_seen"
ASSISTANT = "conversation"
FRONT_DOOR = "event.front_door_recognition"


class Assistant:
    """An assistant with a language model."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Create an assistant without exposed entities."""
        self._hass = hass

    def expose(self, *entity_ids: str) -> None:
        """Expose entities to the assistant."""
        for entity_id in entity_ids:
            assert not async_should_expose(self._hass, ASSISTANT, entity_id)
            async_expose_entity(self._hass, ASSISTANT, entity_id, True)

    async def api(self) -> llm.APIInstance:
        """Return the API that the assistant is offered."""
        context = llm.LLMContext(
            platform="test",
            context=Context(),
            language="en",
            assistant=ASSISTANT,
            device_id=None,
        )
        return await llm.async_get_api(self._hass, llm.LLM_API_ASSIST, context)

    async def tool(self) -> llm.Tool | None:
        """Return our tool, or None if it is not offered."""
        tools = (await self.api()).tools
        return next((tool for tool in tools if tool.name == TOOL), None)

    async def asks(self, **arguments: Any) -> dict[str, Any]:
        """Call our tool and return its result."""
        answer = await (await self.api()).async_call_tool(
            llm.ToolInput(TOOL, arguments)
        )
        assert not answer.error
        # The model receives it as JSON.
        result = json.loads(json.dumps(answer.data))
        assert isinstance(result, dict)
        return result


def ago(**span: float) -> datetime:
    """Return a time in the past, to the second."""
    return datetime.now(UTC).replace(microsecond=0) - timedelta(**span)


def local(moment: datetime) -> str:
    """Return a time as it stands in a result."""
    return moment.astimezone(dt_util.get_default_time_zone()).isoformat()


def sightings(result: dict[str, Any]) -> list[tuple[str, str, int]]:
    """Return person, place and count of each row."""
    return [(row["person"], row["place"], row["count"]) for row in result["seen"]]
