"""Answers about who is inside a site."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from ..aibox.models import PersonType
from ..aibox.names import given_name, is_part_of_name, name_key
from ..box.registry import device_name
from ..recognition.followed import async_followed_device_ids
from ..site.books import Seen
from ..site.presence import Site
from ..text import async_text
from .answer import MOST_ROWS, cut, local
from .inside_words import (
    AskedInside,
    ChineseInside,
    EnglishInside,
    InsideLanguage,
    Since,
)
from .sentence import shown


@dataclass(frozen=True, slots=True)
class Insider:
    """A person who is inside."""

    name: str
    # All names under which the person is known.
    names: frozenset[str]
    person_type: PersonType
    since: datetime
    last_seen: datetime
    # Where the person was seen last.
    place: str


@dataclass(frozen=True, slots=True)
class Inside:
    """The people inside a site, at least."""

    site: str
    insiders: tuple[Insider, ...]
    is_up_to_date: bool

    def called(self, person: str) -> list[Insider]:
        """Return those whose name has these words."""
        return [
            insider
            for insider in self.insiders
            if any(is_part_of_name(person, name) for name in insider.names)
        ]


@callback
def async_inside(hass: HomeAssistant, site: Site) -> Inside:
    """Return who is inside a site, longest first."""
    unnamed = async_text(hass, "common.unnamed")
    registry = dr.async_get(hass)

    def name_of(device_id: str) -> str | None:
        return device_name(registry.async_get(device_id))

    return Inside(
        site.entry.title,
        tuple(
            _insider(
                stay.identities,
                _followed_names(hass, stay.identities, name_of),
                unnamed.format(identity_id=stay.who.identity_id),
                stay.since,
                stay.last_seen,
                name_of(stay.who.device_id) or "",
            )
            for stay in site.stays
        ),
        site.is_up_to_date,
    )


def _followed_names(
    hass: HomeAssistant,
    identities: Sequence[Seen],
    name_of: Callable[[str], str | None],
) -> list[str]:
    """Return the user's names for a person whom the user follows."""
    device_ids = {
        device_id
        for seen in identities
        for device_id in async_followed_device_ids(hass, seen.entry_id, seen)
    }
    return list(filter(None, map(name_of, sorted(device_ids))))


def _insider(
    identities: Sequence[Seen],
    followed: Sequence[str],
    unnamed: str,
    since: datetime,
    last_seen: datetime,
    place: str,
) -> Insider:
    on_boxes = filter(None, (given_name(seen.identity_name) for seen in identities))
    names = [*followed, *on_boxes]
    return Insider(
        names[0] if names else unnamed,
        frozenset(names),
        identities[0].person_type,
        since,
        last_seen,
        place,
    )


def inside_answer(inside: Inside, person: str | None) -> JsonObjectType:
    """Return who is inside a site, or those with a name; times are local."""
    zone = dt_util.get_default_time_zone()
    found = inside.insiders if person is None else inside.called(person)
    notes = [
        "People who left unseen are still listed; people who entered unseen are not.",
        *(
            ()
            if inside.is_up_to_date
            else ("Some recognitions are not recovered yet, so this may be wrong.",)
        ),
    ]
    if len(found) > MOST_ROWS:
        notes.append(f"{len(found) - MOST_ROWS} more people are left out.")
    return {
        "site": inside.site,
        "people_inside_at_least": len(inside.insiders),
        "people": [
            {
                "person": cut(insider.name),
                "person_type": insider.person_type.value,
                "inside_since": local(insider.since, zone),
                "last_seen": local(insider.last_seen, zone),
                "last_place": cut(insider.place),
            }
            for insider in found[:MOST_ROWS]
        ],
        "notes": list(notes),
    }


_LANGUAGES: tuple[InsideLanguage, ...] = (EnglishInside(), ChineseInside())


@callback
def async_inside_reply(
    hass: HomeAssistant, sentence: str, sites: Sequence[Site]
) -> str | None:
    """Return the answer in the language of the question.

    None if the sentence is no question about one of the sites.
    """
    for language in _LANGUAGES:
        if (asked := language.understand(sentence)) is None:
            continue
        meant = [
            async_inside(hass, site)
            for site in sites
            if not asked.site or name_key(site.entry.title) == name_key(asked.site)
        ]
        if meant:
            return _in_words(language, asked, meant)
    return None


def _in_words(
    language: InsideLanguage, asked: AskedInside, meant: Sequence[Inside]
) -> str:
    now = dt_util.now()
    if asked.person is None:
        said = [
            language.inside(shown(each.site), _since(each.insiders), now)
            for each in meant
        ]
    else:
        found = [(each, each.called(asked.person)) for each in meant]
        said = [
            language.is_inside(shown(each.site), _since(insiders), now)
            for each, insiders in found
            if insiders
        ] or [
            language.not_inside(
                shown(asked.person), [shown(each.site) for each in meant]
            )
        ]
    if not all(each.is_up_to_date for each in meant):
        said.append(language.catching_up())
    return language.text(said)


def _since(insiders: Iterable[Insider]) -> list[Since]:
    return [
        Since(shown(insider.name), dt_util.as_local(insider.since))
        for insider in insiders
    ]
