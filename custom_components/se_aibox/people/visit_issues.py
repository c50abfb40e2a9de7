"""Repair issues of visits that Home Assistant cannot end."""

from collections.abc import Collection, Mapping
from datetime import datetime

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..box.issues import LEARN_MORE
from ..const import DOMAIN
from ..text import async_words_cached, in_both, listed
from .raised import RaisedIssues
from .visit import Visit

VISIT_CHANGED = "visit_changed"
VISIT_NOT_ENDED = "visit_not_ended"
VISITS_ABANDONED = "visits_abandoned"
VISITS_LOST = "visits_lost"

# A visit on one box: its id, and the config entry of the box.
type VisitOnBox = tuple[str, str]


class VisitIssues:
    """An issue for each visit that should be over."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Start without issues."""
        self._hass = hass
        self._raised = RaisedIssues(hass)

    @callback
    def async_update(
        self, visits: Mapping[VisitOnBox, Visit], changed: Collection[VisitOnBox]
    ) -> None:
        """Create issues for visits that go on, and delete resolved ones.

        `changed` are those whose visitor is not as enrolled any more.
        """
        open_visits: dict[str, tuple[str, VisitOnBox, Visit]] = {}
        for key, visit in visits.items():
            kind = VISIT_CHANGED if key in changed else VISIT_NOT_ENDED
            open_visits[f"{kind}_{'_'.join(key)}"] = kind, key, visit
        for issue_id in self._raised.async_replace(open_visits.keys()):
            self._raise(issue_id, *open_visits[issue_id])

    def _raise(self, issue_id: str, kind: str, key: VisitOnBox, visit: Visit) -> None:
        visit_id, box_entry_id = key
        box = self._hass.config_entries.async_get_entry(box_entry_id)
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            data={"visit_id": visit_id, "box_entry_id": box_entry_id},
            is_fixable=True,
            learn_more_url=f"{LEARN_MORE}#{kind}",
            # A person may be let in who should not be.
            severity=ir.IssueSeverity.ERROR,
            translation_key=kind,
            translation_placeholders={
                **in_both(
                    visitor=visit.visitor.name,
                    identity_id=visit.visitor.identity_id,
                    box="–" if box is None else box.title,
                ),
                "until": _moment(visit.visitor.valid_until),
            },
        )


def _moment(moment: datetime) -> str:
    # This format reads the same in every language.
    return f"{dt_util.as_local(moment):%Y-%m-%d %H:%M}"


@callback
def async_raise_visits_lost(hass: HomeAssistant) -> None:
    """Raise the issue that the stored visits were lost."""
    _raise_of_all(hass, VISITS_LOST, {})


@callback
def async_raise_visits_abandoned(
    hass: HomeAssistant, visits: Collection[Visit]
) -> None:
    """Raise the issue that visitors remain on boxes."""
    entry_ids = sorted({entry_id for visit in visits for entry_id in visit.open_on})
    entries = map(hass.config_entries.async_get_entry, entry_ids)
    titles = [entry.title for entry in entries if entry is not None]
    boxes = listed(async_words_cached(hass), titles or ["–"])
    # Without names, which are erased with the entry.
    placeholders = {**in_both(boxes=boxes), "count": str(len(visits))}
    _raise_of_all(hass, VISITS_ABANDONED, placeholders)


def _raise_of_all(
    hass: HomeAssistant, kind: str, placeholders: Mapping[str, str]
) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        kind,
        is_fixable=False,
        learn_more_url=f"{LEARN_MORE}#{kind}",
        severity=ir.IssueSeverity.ERROR,
        translation_key=kind,
        translation_placeholders=dict(placeholders),
    )
