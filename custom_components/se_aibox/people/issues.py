"""Repair issues for followed identities that are in doubt."""

from collections.abc import Iterator, Mapping

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from ..text import in_both
from .identity import FollowedPerson, Identity, Renaming
from .raised import RaisedIssues

IDENTITY_RENAMED = "identity_renamed"
IDENTITY_UNCONFIRMED = "identity_unconfirmed"


class RenamingIssues:
    """One repair issue for each identity in doubt.

    The doubts themselves are stored in the config entry.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Start without issues."""
        self._hass = hass
        self._entry = entry
        self._raised = RaisedIssues(hass)

    @callback
    def async_update(self, followed: Mapping[str, FollowedPerson]) -> None:
        """Create issues for new doubts and delete resolved ones."""
        # Diagnostics show issue ids, so they must contain no personal data.
        doubts = {
            f"{_kind(identity)}_{renaming.renaming_id}": (
                subentry_id,
                identity,
                renaming,
            )
            for subentry_id, identity, renaming in _renamings(followed)
        }
        for issue_id in self._raised.async_replace(doubts.keys()):
            self._raise(issue_id, *doubts[issue_id])

    @callback
    def async_clear(self) -> None:
        """Delete all issues until the entry is loaded again."""
        self.async_update({})

    def _raise(
        self, issue_id: str, subentry_id: str, identity: Identity, renaming: Renaming
    ) -> None:
        box = self._hass.config_entries.async_get_entry(renaming.entry_id)
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            data={
                "entry_id": self._entry.entry_id,
                "subentry_id": subentry_id,
                "renaming_id": renaming.renaming_id,
            },
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key=_kind(identity),
            translation_placeholders=in_both(
                person=self._entry.subentries[subentry_id].title,
                identity_id=identity.identity_id,
                old_name=identity.names.get(renaming.entry_id) or "–",
                new_name=renaming.name or "–",
                box="–" if box is None else box.title,
            ),
        )


def _kind(identity: Identity) -> str:
    """Return the translation key of an issue."""
    # Another name for the id, or the first name for an id that no box knew.
    return IDENTITY_RENAMED if identity.names else IDENTITY_UNCONFIRMED


def _renamings(
    followed: Mapping[str, FollowedPerson],
) -> Iterator[tuple[str, Identity, Renaming]]:
    for subentry_id, person in followed.items():
        for identity in person.identities.values():
            if identity.renaming is not None:
                yield subentry_id, identity, identity.renaming
