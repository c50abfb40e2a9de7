"""Lists of URLs that a box sends to."""

from collections.abc import Iterable
import re

from yarl import URL

from ..exceptions import UnreadableError
from .fields import JsonObject

_JOINED = re.compile(r"\s*,\s*(?=https?://)", re.IGNORECASE)


def read_urls(data: JsonObject, name: str) -> tuple[str, ...]:
    """Return the URLs of a field: a list, or one text."""
    # Raise an error for a partly unreadable list: it could not be written back.
    urls = data.get(name)
    if isinstance(urls, str):
        urls = [urls]
    if not isinstance(urls, list) or not all(isinstance(url, str) for url in urls):
        raise UnreadableError(f"no {name}")
    return tuple(one for url in urls for one in split_urls(url))


def split_urls(urls: str) -> list[str]:
    """Return the URLs in a text."""
    # The user joins them with commas in the web page of the box. A URL may contain
    # commas, too.
    return [url for url in _JOINED.split(urls.strip().rstrip(",")) if url]


def with_url(urls: tuple[str, ...], url: str) -> tuple[str, ...]:
    """Return URLs with another one, in place of those with its path."""
    path = path_of(url)
    kept = without_path(urls, path)
    place = next(
        (at for at, stored in enumerate(urls) if path_of(stored) == path), len(kept)
    )
    return (*kept[:place], url, *kept[place:])


def without_path(urls: Iterable[str], path: str | None) -> tuple[str, ...]:
    """Return URLs without those of a path, at any address."""
    return tuple(url for url in urls if path_of(url) != path)


def path_of(url: str) -> str | None:
    """Return the path of a URL, None if it cannot be read."""
    try:
        return URL(url).path
    except ValueError:
        return None
