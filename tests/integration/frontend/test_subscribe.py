"""The command that subscribes to recognitions."""

from custom_components.se_aibox.frontend import feed
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from tests.integration.conftest import SetUp

from .feed_helpers import Card

pytest_plugins = ["tests.integration.frontend.feed_fixtures"]


async def test_live_recognition_is_sent_with_todays_count(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, card: Card
) -> None:
    """The state comes first, and the history has the same recognition."""
    await set_up()
    subscribed = await card.subscribe()
    assert (await subscribed.state())["today"] is None
    await subscribed.state_where(today=0)

    await box.recognize(box.devices[0], box.people[0])
    row, today = await subscribed.recognition()

    assert today == 1
    page = await card.list()
    assert [recorded["key"] for recorded in page["recognitions"]] == [row["key"]]
    await subscribed.stop()
    assert feed._FEEDS not in hass.data
