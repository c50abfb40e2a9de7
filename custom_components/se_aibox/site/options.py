"""The options of a site, read from its config entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any, Self

from ..aibox.models import PersonType
from ..const import CONF_ENTRANCES, CONF_EXITS, CONF_INSIDE
from .books import Rules, Way

CONF_ASSEMBLY_POINTS = "assembly_points"
CONF_DAY_BEGINS_AT = "day_begins_at"
CONF_EMPTIED_WHEN_FORGOTTEN = "emptied_when_forgotten"
CONF_FORGET_AFTER = "forget_after"
CONF_PERSON_TYPES = "person_types"
CONF_ZONE = "zone"

DEFAULT_PERSON_TYPES = [
    PersonType.EMPLOYEE.value,
    PersonType.VISITOR.value,
    PersonType.VIP.value,
]
DEFAULT_FORGET_AFTER = 16
DEFAULT_DAY_BEGINS_AT = "00:00:00"
# A device stands in one of these lists only.
LISTS = {
    CONF_ENTRANCES: Way.ENTRANCE,
    CONF_EXITS: Way.EXIT,
    CONF_INSIDE: Way.INSIDE,
}


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """The options that the user set for a site."""

    rules: Rules
    # Where people gather in an alarm, by the ids of the devices in the registry.
    assembly_points: frozenset[str]
    # A zone of Home Assistant by entity id, if any.
    zone: str | None
    # Whether a site is emptied, for triggers, when its last person is forgotten.
    emptied_when_forgotten: bool
    # When a day of attendance begins: later than midnight for night shifts.
    day_begins_at: time

    @classmethod
    def from_mapping(cls, options: Mapping[str, Any]) -> Self:
        """Read the options of a config entry."""
        return cls(
            Rules(
                {
                    device_id: way
                    for key, way in LISTS.items()
                    for device_id in options[key]
                },
                frozenset(map(PersonType, options[CONF_PERSON_TYPES])),
                timedelta(hours=options[CONF_FORGET_AFTER]),
            ),
            frozenset(options[CONF_ASSEMBLY_POINTS]),
            options.get(CONF_ZONE),
            options[CONF_EMPTIED_WHEN_FORGOTTEN],
            time.fromisoformat(options[CONF_DAY_BEGINS_AT]),
        )
