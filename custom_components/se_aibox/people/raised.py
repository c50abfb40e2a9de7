"""Keeps track of raised repair issues."""

from collections.abc import Set as AbstractSet

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN


class RaisedIssues:
    """The issues of one kind that are raised."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Start without issues."""
        self._hass = hass
        self._ids: frozenset[str] = frozenset()

    def __contains__(self, issue_id: str) -> bool:
        """Return whether an issue is raised."""
        return issue_id in self._ids

    @callback
    def async_replace(self, open_ids: AbstractSet[str]) -> list[str]:
        """Delete resolved issues; return those to raise."""
        for issue_id in self._ids - open_ids:
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
        new = [issue_id for issue_id in open_ids if issue_id not in self._ids]
        self._ids = frozenset(open_ids)
        return new
