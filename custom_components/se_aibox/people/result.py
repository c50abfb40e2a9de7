"""The result of a search for people, and its description."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched

from homeassistant.core import HomeAssistant

from ..aibox.people_search import MOST_PEOPLE
from ..text import as_markdown, async_words, listed
from .photos import FoundPhotos
from .search import SearchResult

# As many as fit beside each other on a phone.
_PHOTOS_IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class Result:
    """The hits of a search, and which of them are followed."""

    found: SearchResult = field(default_factory=SearchResult)
    # For each hit: the followed person, or None.
    followed: Sequence[str | None] = ()
    # The positions of hits that the user typed.
    typed: Sequence[int] = ()

    @property
    def selectable(self) -> list[int]:
        """The positions of hits without a followed person."""
        return [n for n, person in enumerate(self.followed) if person is None]

    @property
    def suggested(self) -> list[str]:
        """The positions to select at first."""
        only_one = range(1) if len(self.found.hits) == 1 else ()
        return [str(n) for n in self.typed or only_one if n in self.selectable]


async def async_description(
    hass: HomeAssistant, result: Result, labels: Sequence[str], photos: FoundPhotos
) -> str:
    """Return the number, the faces and what is missing, as Markdown."""
    words = await async_words(hass)
    return "\n\n".join(
        filter(
            None,
            (
                _count(result, words),
                _faces(result, photos),
                *_followed(result, labels, words),
                *_missing(result.found, words),
            ),
        )
    )


def _count(result: Result, words: Mapping[str, str]) -> str:
    count = sum(bool(hit.entry_ids) for hit in result.found.hits)
    if count == MOST_PEOPLE:
        return words["found_most"].format(count=count)
    keys = {0: "", 1: "found_one"}
    key = keys.get(count, "found_some")
    return words[key].format(count=count) if key else ""


def _faces(result: Result, photos: FoundPhotos) -> str:
    """Return the enrolled photos below the numbers of the labels."""
    shown = [
        (number, hit.photo)
        for number, hit in enumerate(result.found.hits, start=1)
        if hit.photo is not None
    ][:MOST_PEOPLE]
    paths = photos.async_show([photo for _, photo in shown])
    faces = [
        (str(number), f"![{number}]({path})")
        for (number, _), path in zip(shown, paths, strict=True)
    ]
    return "\n\n".join(map(_table, batched(faces, _PHOTOS_IN_A_ROW, strict=False)))


def _table(faces: Sequence[tuple[str, str]]) -> str:
    """Return a table of one row."""
    # In running text, a browser may begin a new line between a number and its photo.
    numbers, photos = zip(*faces, strict=True)
    lines = (numbers, [":-:"] * len(faces), photos)
    return "\n".join(f"|{'|'.join(cells)}|" for cells in lines)


def _followed(
    result: Result, labels: Iterable[str], words: Mapping[str, str]
) -> Iterator[str]:
    """Yield a line for each hit that is already followed."""
    for label, person in zip(labels, result.followed, strict=True):
        if person is not None:
            yield words["found_followed"].format(
                label=as_markdown(label), person=as_markdown(person)
            )


def _missing(found: SearchResult, words: Mapping[str, str]) -> Iterator[str]:
    """Yield why there may be more people."""
    for key, titles in (
        ("found_on_some", found.incomplete),
        ("found_without_photos", found.withheld),
        ("found_elsewhere", found.unsearchable),
    ):
        if titles:
            yield words[key].format(boxes=as_markdown(listed(words, titles)))
