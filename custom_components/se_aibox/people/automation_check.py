"""Checks automations for unknown people and unsuitable scores.

Home Assistant's editor cannot: it has the same texts for all boxes.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import blake2s
from urllib.parse import quote

import voluptuous as vol

from homeassistant.components.automation import (
    DATA_COMPONENT,
    EVENT_AUTOMATION_RELOADED,
    BaseAutomationEntity,
)
from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.const import CONF_TARGET
from homeassistant.core import HassJob, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later, async_track_time_interval
from homeassistant.helpers.start import async_at_started

from ..box.issues import LEARN_MORE
from ..const import DOMAIN
from ..coordinator import SeAiBoxCoordinator, async_loaded_boxes
from ..recognition.filters import TARGET_SCHEMA
from ..recognition.memory import async_get_memory
from ..recognition.targets import async_target_device_ids
from ..text import async_words, in_both, listed
from .known import KnownPeople
from .mentions import Mention, mentions
from .raised import RaisedIssues

MINIMUM_SCORE_HIGH = "minimum_score_high"
MINIMUM_SCORE_LOW = "minimum_score_low"
PEOPLE_UNKNOWN = "people_unknown"

# Several saved automations, or boxes that start, cause one check.
_COOLDOWN_SECONDS = 10
# Boxes do not report that a person was deleted.
_INTERVAL = timedelta(days=1)
# Boxes score from 0 to here, or from 0 to 100.
_LOW_SCALE = 1


@callback
def async_check_automations(hass: HomeAssistant) -> None:
    """Check automations at the start, after changes, and daily."""
    check = AutomationCheck(hass)
    requests = _Requests(hass, check)

    @callback
    def _check_anew(_: object) -> None:
        check.known.forget()
        requests.add()

    @callback
    def _entry_changed(change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.domain == DOMAIN:
            _check_anew(change)

    async_at_started(hass, requests.add)
    hass.bus.async_listen(EVENT_AUTOMATION_RELOADED, requests.add)
    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, _entry_changed)
    async_track_time_interval(hass, _check_anew, _INTERVAL, cancel_on_shutdown=True)


class _Requests:
    """Starts one check for many requests, a while after the first.

    Unlike `Debouncer`, it drops no request that arrives during a check.
    """

    def __init__(self, hass: HomeAssistant, check: AutomationCheck) -> None:
        """Initialize without a request."""
        self._hass = hass
        self._check = check
        self._is_requested = False
        self._is_checking = False

    @callback
    def add(self, _: object = None) -> None:
        """Request a check."""
        if not self._is_requested:
            self._is_requested = True
            start = HassJob(self._start, cancel_on_shutdown=True)
            async_call_later(self._hass, _COOLDOWN_SECONDS, start)

    @callback
    def _start(self, _: datetime) -> None:
        self._is_requested = False
        if self._is_checking:
            # It may have read the automation before it changed.
            self.add()
            return
        self._hass.async_create_background_task(
            self._async_run(), f"{DOMAIN} automation check"
        )

    async def _async_run(self) -> None:
        self._is_checking = True
        try:
            await self._check.async_check()
        finally:
            self._is_checking = False


class AutomationCheck:
    """Raises the issues of automations, and deletes resolved ones."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize without issues."""
        self._hass = hass
        self.known = KnownPeople(hass)
        self._raised = RaisedIssues(hass)
        self._open: set[str] = set()

    async def async_check(self) -> None:
        """Check each automation."""
        component = self._hass.data.get(DATA_COMPONENT)
        examples = self._example_scores()
        self._open = set()
        for automation in list(component.entities) if component else ():
            found = list(mentions(automation.raw_config))
            await self._async_check_people(automation, found)
            self._check_scores(automation, found, examples)
        self._raised.async_replace(self._open)

    async def _async_check_people(
        self, automation: BaseAutomationEntity, found: Iterable[Mention]
    ) -> None:
        people = dict.fromkeys(text for each in found for text in each.people)
        followed = dict.fromkeys(one for each in found for one in each.followed)
        if not people and not followed:
            return
        unknown = await self.known.async_unknown(people, followed)
        issue_id = _issue_id(automation, PEOPLE_UNKNOWN)
        if unknown.labels:
            names = listed(await async_words(self._hass), unknown.labels)
            self._raise(automation, PEOPLE_UNKNOWN, PEOPLE_UNKNOWN, people=names)
        elif not unknown.complete and issue_id in self._raised:
            # Keep it until the boxes can answer.
            self._open.add(issue_id)

    def _check_scores(
        self,
        automation: BaseAutomationEntity,
        found: Iterable[Mention],
        examples: Mapping[str, float],
    ) -> None:
        for mention in found:
            if (minimum := mention.minimum_score) is None:
                continue
            for box in self._boxes(mention):
                threshold = box.data.info.threshold
                example = examples.get(box.config_entry.entry_id, threshold)
                if example and (symptom := score_symptom(minimum, example)):
                    self._raise(
                        automation,
                        "minimum_score",
                        symptom,
                        minimum_score=f"{minimum:g}",
                        box=box.config_entry.title,
                        example=f"{example:g}",
                    )
                    return

    def _boxes(self, mention: Mention) -> list[SeAiBoxCoordinator]:
        """Return the loaded boxes that may see people for a target."""
        try:
            target = vol.Schema(TARGET_SCHEMA)({CONF_TARGET: mention.target})
        except vol.Invalid:
            # Home Assistant has an issue of its own for that.
            return []
        device_ids = async_target_device_ids(self._hass, target[CONF_TARGET])
        devices = filter(None, map(dr.async_get(self._hass).async_get, device_ids))
        boxes = async_loaded_boxes(self._hass)
        entry_ids = {device.config_entry_id for device in devices}
        # Every box may see a followed person.
        everywhere = not entry_ids <= boxes.keys()
        return [
            box
            for entry_id, box in boxes.items()
            if everywhere or entry_id in entry_ids
        ]

    def _raise(
        self,
        automation: BaseAutomationEntity,
        kind: str,
        translation_key: str,
        **texts: str,
    ) -> None:
        issue_id = _issue_id(automation, kind)
        self._open.add(issue_id)
        name = str(automation.name or automation.entity_id)
        editor = (
            f"edit/{quote(automation.unique_id, safe='')}"
            if automation.unique_id
            else "dashboard"
        )
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            is_fixable=False,
            learn_more_url=f"{LEARN_MORE}#{translation_key}",
            severity=ir.IssueSeverity.WARNING,
            translation_key=translation_key,
            translation_placeholders={
                **in_both(automation=name, **texts),
                "editor": f"/config/automation/{editor}",
            },
        )

    def _example_scores(self) -> dict[str, float]:
        """Return the best score of each box, by config entry."""
        best: dict[str, float] = {}
        for sighting in async_get_memory(self._hass).async_all():
            score = sighting.recognition.score
            if sighting.recognition.matched and score is not None:
                best[sighting.entry_id] = max(score, best.get(sighting.entry_id, 0))
        return best


def score_symptom(minimum: float, example: float) -> str | None:
    """Return how a minimum misses the scale of an example score."""
    if example > _LOW_SCALE and 0 < minimum <= _LOW_SCALE:
        return MINIMUM_SCORE_LOW
    if example <= _LOW_SCALE < minimum:
        return MINIMUM_SCORE_HIGH
    return None


def _issue_id(automation: BaseAutomationEntity, kind: str) -> str:
    # Diagnostics show the ids of issues, and an automation may have the name of a
    # person.
    digest = blake2s(automation.entity_id.encode(), digest_size=8).hexdigest()
    return f"{kind}_{digest}"
