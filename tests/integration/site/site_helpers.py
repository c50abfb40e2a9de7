"""Helpers of the tests of sites, with two boxes."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

# It ships no py.typed.
from pytest_homeassistant_custom_component.common import MockConfigEntry  # type: ignore[import-untyped]

from custom_components.se_aibox.box.registry import capture_device_identifier
from custom_components.se_aibox.const import DOMAIN
from custom_components.se_aibox.site.presence import Site, SiteConfigEntry
from emulator import Emitted, EmulatedBox, Identity
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.helpers import RECOGNITION, FiredEvents
from tests.integration.people.followed_people import ENTRY_IDS, Boxes
from tests.integration.recognition.automation_helpers import registered

SITE_ENTRY_ID = "01SEAIBOX0000000000000SITE"
PASSAGE = "se_aibox_passage"


def device_id(hass: HomeAssistant, box: EmulatedBox, number: int) -> str:
    """Return the id of a capture device in the device registry."""
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS[box.dialect])
    key = box.devices[number].device_id
    return registered(hass, entry, capture_device_identifier(entry, key))


def site_options(
    entrances: Sequence[str] = (),
    exits: Sequence[str] = (),
    inside: Sequence[str] = (),
    **others: object,
) -> dict[str, Any]:
    """Return the options of a site as the flow stores them."""
    return {
        "entrances": list(entrances),
        "exits": list(exits),
        "inside": list(inside),
        "assembly_points": [],
        "person_types": ["employee", "visitor", "vip"],
        "forget_after": 16,
        "emptied_when_forgotten": False,
        "day_begins_at": "00:00:00",
        **others,
    }


def make_site_entry(
    options: Mapping[str, Any], title: str = "Office", entry_id: str = SITE_ENTRY_ID
) -> SiteConfigEntry:
    """Return a config entry of a site as the flow makes it."""
    entry: SiteConfigEntry = MockConfigEntry(
        domain=DOMAIN,
        entry_id=entry_id,
        title=title,
        unique_id=None,
        data={"entry_type": "site"},
        options=options,
    )
    return entry


class Office:
    """A site with two boxes, and the people who pass there."""

    def __init__(
        self, hass: HomeAssistant, boxes: Boxes, options: Mapping[str, Any]
    ) -> None:
        """Give each box an entrance; one has the exit, one looks inside."""
        self.hass = hass
        self.boxes = boxes
        self.entrance = device_id(hass, boxes.nested, 0)
        self.exit = device_id(hass, boxes.nested, 1)
        self.other_entrance = device_id(hass, boxes.flat, 0)
        self.room = device_id(hass, boxes.flat, 1)
        self._places = {
            self.entrance: (boxes.nested, 0),
            self.exit: (boxes.nested, 1),
            self.other_entrance: (boxes.flat, 0),
            self.room: (boxes.flat, 1),
        }
        self.entry = make_site_entry(
            site_options(
                [self.entrance, self.other_entrance],
                [self.exit],
                [self.room],
                **options,
            )
        )
        self.recognitions = FiredEvents(hass, RECOGNITION)
        self.passages = FiredEvents(hass, PASSAGE)

    async def set_up(self) -> None:
        """Set up the site."""
        await self.hass.config_entries.async_add(self.entry)
        await self.hass.async_block_till_done()

    @property
    def site(self) -> Site:
        """The loaded site."""
        site: Site = self.entry.runtime_data
        return site

    def may_be_trusted(self) -> bool:
        """Return whether the books are up to date."""
        return self.site.is_up_to_date

    @property
    def names(self) -> list[str]:
        """The names of those inside."""
        return self.site.async_names(100)

    def place(self, place: str) -> tuple[EmulatedBox, int]:
        """Return the box of a place, and the number of its capture device there."""
        return self._places[place]

    async def sees(self, place: str, identity: Identity | None, **how: Any) -> Emitted:
        """Let a person pass, and wait until everything that runs on it has run."""
        box, number = self._places[place]
        emitted = await box.recognize(box.devices[number], identity, **how)
        while (await self.recognitions.next())["device_id"] != place:
            pass
        await self.hass.async_block_till_done()
        return emitted

    async def kind(self) -> str:
        """Return the kind of the next passage."""
        kind: str = (await self.passages.next())["kind"]
        return kind

    def hours_pass(self, hours: float) -> None:
        """Let the site check the time after some hours without a sighting."""
        later = dt_util.utcnow() + timedelta(hours=hours)
        self.site._handle_minute(later)
        self.site._discard(later)

    async def change(self, **options: object) -> None:
        """Change options of the site."""
        self.hass.config_entries.async_update_entry(
            self.entry, options={**self.entry.options, **options}
        )
        await self.hass.async_block_till_done()
