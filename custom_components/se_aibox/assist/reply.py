"""Answers a question in words, without a language model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..aibox.names import is_part_of_name, person_label
from ..people.search import async_search
from ..text import async_words
from .answer import Finding, Findings, Gap
from .chinese import Chinese
from .english import English
from .exposure import Place, async_known_people
from .lookback import Question, async_look_back
from .sentence import Asked, Language, Visit, shown

_LANGUAGES: tuple[Language, ...] = (English(), Chinese())
_DEFAULT_SPAN = timedelta(days=1)
_MOST_PEOPLE = 10
_MOST_SIMILAR = 3


async def async_reply(
    hass: HomeAssistant, sentence: str, places: Sequence[Place]
) -> str | None:
    """Return the answer in the language of the question.

    None if the sentence is no question about who was seen.
    """
    now = dt_util.now()
    names = {name for place in places for name in place.names if name}
    for language in _LANGUAGES:
        if asked := language.understand(sentence, now, names):
            if asked.person is not None:
                asked = replace(asked, person=shown(asked.person) or None)
            places = [
                place
                for place in places
                if not asked.places or not asked.places.isdisjoint(place.names)
            ]
            boxes = {place.entry.entry_id: place.entry.title for place in places}
            words = await async_words(hass, language.code)
            speaker = _Speaker(language, asked, now, words, boxes)
            return speaker.objection() or await _async_answer(hass, speaker, places)
    return None


async def _async_answer(
    hass: HomeAssistant, speaker: _Speaker, places: Sequence[Place]
) -> str:
    """Look back, and put the result into words."""
    asked, now = speaker.asked, speaker.now
    period = asked.period
    question = Question(
        places=tuple(places),
        anywhere=False,
        people=async_known_people(hass),
        person=asked.person,
        start=period.start if period else dt_util.as_utc(now) - _DEFAULT_SPAN,
        end=period.end if period and period.end < now else None,
        only_strangers=asked.only_strangers,
    )
    if asked.is_now:
        # The one who was seen last, however long ago.
        question = question.ever()
    findings = await async_look_back(hass, question)
    if findings.found or asked.person is None:
        return speaker.found(findings)
    ever = await async_look_back(hass, question.ever())
    if ever.found:
        return speaker.not_found(findings, ever)
    return await _async_never_seen(hass, speaker, question, findings, ever)


async def _async_never_seen(
    hass: HomeAssistant,
    speaker: _Speaker,
    question: Question,
    findings: Findings,
    ever: Findings,
) -> str:
    """Say whether a person who was never seen is known."""
    called = question.person or ""
    followed = [
        person.name
        for person in question.people
        if any(is_part_of_name(called, name) for name in person.names)
    ]
    if followed:
        return speaker.not_seen(findings, followed)
    searched = await async_search(hass, called)
    names = {
        hit.name
        for hit in searched.hits
        if not speaker.boxes.keys().isdisjoint(hit.entry_ids)
    }
    if known := sorted(name for name in names if is_part_of_name(called, name)):
        return speaker.not_seen(findings, known)
    # A box that cannot be searched may know somebody.
    unsearched = set(speaker.boxes.values()).intersection(searched.unsearched)
    is_sure = not unsearched and not ever.notes
    similar = names | findings.similar_names | ever.similar_names
    return speaker.never_seen(findings, sorted(filter(None, similar)), is_sure=is_sure)


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Puts findings into words."""

    language: Language
    asked: Asked
    now: datetime
    words: Mapping[str, str]
    # The titles of the boxes that are asked, by config entry id.
    boxes: Mapping[str, str]

    def objection(self) -> str | None:
        """Return why the question cannot be answered, if so."""
        asked, period = self.asked, self.asked.period
        if asked.not_understood:
            return self.language.not_understood(shown(asked.not_understood))
        if asked.unknown_place:
            return self.language.unknown_place(shown(asked.unknown_place))
        if period is not None and period.start >= self.now:
            return self.language.not_yet()
        return None

    def found(self, findings: Findings) -> str:
        """Say who came."""
        visits, others = self._visits(findings)
        if not visits:
            return self._with_notes(findings, self.language.nobody(self.asked))
        if self.asked.is_now and self.asked.person is None:
            # Local times do not sort in an hour that repeats.
            newest = max(visits, key=lambda visit: visit.moment.timestamp())
            said = self.language.last_seen(newest, self.now)
        elif self.asked.person is None and (self.asked.is_first or self.asked.is_last):
            visits.sort(key=lambda visit: visit.moment.timestamp())
            one = visits[0 if self.asked.is_first else -1]
            said = self.language.came([one], 0, self.now, self.asked)
        elif self.asked.person is not None and len(visits) > 1:
            said = self.language.several(visits, others, self.now, self.asked)
        else:
            said = self.language.came(visits, others, self.now, self.asked)
        return self._with_notes(findings, said)

    def not_found(self, findings: Findings, ever: Findings) -> str:
        """Say that a person was not seen, and when they were last."""
        visits, _ = self._visits(ever)
        return self.not_seen(
            findings,
            [visit.name for visit in visits if visit.name is not None],
            visits[0] if len(visits) == 1 else None,
        )

    def not_seen(
        self, findings: Findings, names: Sequence[str], before: Visit | None = None
    ) -> str:
        """Say that known people were not seen."""
        names = [shown(name) for name in dict.fromkeys(names)][:_MOST_SIMILAR]
        said = self.language.not_seen(names, before, self.now, self.asked)
        return self._with_notes(findings, said)

    def never_seen(
        self, findings: Findings, similar: Sequence[str], *, is_sure: bool
    ) -> str:
        """Say that nobody of this name was ever seen."""
        called = self.asked.person or ""
        if is_sure:
            names = [shown(name) for name in similar[:_MOST_SIMILAR]]
            return self.language.unknown_person(called, names)
        return self._with_notes(findings, self.language.nobody_called(self.asked))

    def _visits(self, findings: Findings) -> tuple[list[Visit], int]:
        """Return a visit for each person, strangers last; and how many are left out.

        Strangers are one at each place.
        """
        people: dict[object, list[Finding]] = {}
        strangers: dict[str, list[Finding]] = {}
        for finding in findings.found:
            if finding.person is None:
                strangers.setdefault(finding.place, []).append(finding)
            else:
                people.setdefault(finding.person, []).append(finding)
        known = [self._visit(group) for group in people.values()]
        unknown = [self._visit(group) for group in strangers.values()]
        return [*known[:_MOST_PEOPLE], *unknown], len(known[_MOST_PEOPLE:])

    def _visit(self, group: Sequence[Finding]) -> Visit:
        finding = group[-1] if self.asked.is_first else group[0]
        seen = finding.recognition
        name = (
            shown(person_label(self.words, finding.name, seen.identity_id))
            if finding.person is not None
            else None
        )
        return Visit(
            name, dt_util.as_local(finding.moment), shown(finding.place), len(group)
        )

    def _with_notes(self, findings: Findings, said: str) -> str:
        """Add what the answer may lack."""
        language = self.language
        gaps: dict[Gap, list[str]] = {gap: [] for gap in Gap}
        for note in findings.notes:
            gaps[note.gap].append(shown(note.box))
        silent = gaps[Gap.NO_ANSWER] + gaps[Gap.NOT_CONNECTED]
        # If no box can be asked, it is unknown whether anyone was seen.
        knows_nothing = not findings.found and len(silent) == len(self.boxes)
        sentences = [] if knows_nothing else [said]
        if silent:
            sentences.append(language.unavailable(silent))
        if gaps[Gap.NO_HISTORY] and not findings.found:
            sentences.append(language.no_history(gaps[Gap.NO_HISTORY]))
        back_to = [note.looked_back_to for note in findings.notes]
        is_answered = self.asked.is_now and findings.found
        if (moments := list(filter(None, back_to))) and not is_answered:
            moment = dt_util.as_local(max(moments))
            sentences.append(language.looked_back_to(moment, self.now))
        return language.text(sentences)
