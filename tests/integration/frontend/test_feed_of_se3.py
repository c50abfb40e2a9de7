"""The commands with a box that pushes and keeps no history."""

from emulator import EmulatedSe3
from homeassistant.core import HomeAssistant
from tests.integration.helpers import FiredEvents
from tests.integration.se3.se3_helpers import add, make_se3_entry

from .feed_helpers import Card, keys

pytest_plugins = [
    "tests.integration.frontend.feed_fixtures",
    "tests.integration.se3.se3_fixtures",
]


async def test_pushes_since_the_start_are_listed(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, card: Card, fired: FiredEvents
) -> None:
    """Nothing else can be had, so the box is not silent."""
    await add(hass, make_se3_entry(se3))
    subscribed = await card.subscribe()
    state = await subscribed.state()
    # Its doors are known once they spoke.
    assert (state["doors"], state["today"]) == ([], 0)
    for number in range(3):
        await se3.recognize(se3.devices[number % 2], se3.people[0])
        await fired.next()
    await hass.async_block_till_done()

    page = await card.page(limit=2)
    older = await card.page(limit=2, before=page["before"])

    for each in (page, older):
        assert each["silent"] == []
    rows = [*page["recognitions"], *older["recognitions"]]
    assert older["before"] is None
    assert len(rows) == 3
    live = [await subscribed.recognition() for _ in range(3)]
    assert keys(rows) == [row["key"] for row, _ in reversed(live)]
    assert rows[0]["pictures"]


async def test_pushes_of_before_a_card_are_counted(
    hass: HomeAssistant,
    se3: EmulatedSe3,
    base: str,
    card: Card,
    fired: FiredEvents,
    noon: None,
) -> None:
    """They are remembered since the start, by capture device."""
    await add(hass, make_se3_entry(se3))
    for number in range(3):
        await se3.recognize(se3.devices[number % 2], se3.people[0])
        await fired.next()
    await hass.async_block_till_done()

    state = await (await card.subscribe()).state_where(today=3)
    counts: list[int] = []
    for door in state["doors"]:
        subscribed = await card.subscribe(filter={"device_ids": [door["device_id"]]})
        counts.append((await subscribed.state_where(today=2 - len(counts)))["today"])
    assert counts == [2, 1]
