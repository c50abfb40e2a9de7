"""Where a box uploads its history to (docs/protocol.md §6)."""

from dataclasses import dataclass, replace

from .fields import JsonObject, mapping
from .request import Request
from .urls import path_of, read_urls, with_url, without_path

_PATH = "/SophonFogSys/api/HistoryEventUrl"
# Only 1.x has this call, and more than one URL.
UPLOAD_URLS = Request("GET", _PATH)
_URLS = "history_upload_event_url"
# What the call requires beside the URLs, where the box does not report it.
_REQUIRED = {"content-type": "json", "reported_peroid": 20}
_WRITTEN = frozenset(
    {
        *_REQUIRED,
        "history_need_reg_pic",
        "history_need_spot_pic",
        "history_need_recognize_face",
    }
)


@dataclass(frozen=True, slots=True)
class UploadUrls:
    """The URLs that a box uploads its history to."""

    urls: tuple[str, ...]
    # 2.0 has one URL at most.
    is_single: bool
    # What the call of 1.x reports beside the URLs, None if another call reported them.
    others: JsonObject | None = None

    @property
    def text(self) -> str:
        """The URLs as the text of a setting."""
        return ",".join(self.urls)

    def has(self, path: str) -> bool:
        """Return whether a URL has this path."""
        return any(path_of(url) == path for url in self.urls)

    def with_url(self, url: str) -> UploadUrls:
        """Return a copy with a URL, in place of those that it replaces."""
        return replace(
            self, urls=(url,) if self.is_single else with_url(self.urls, url)
        )

    def without(self, path: str, before: str) -> UploadUrls:
        """Return a copy without the URLs of a path.

        In 2.0, `before` is what stood there, and stands there again.
        """
        urls = without_path(self.urls, path)
        if self.is_single and before and not urls:
            urls = (before,)
        return replace(self, urls=urls)


def read_upload_urls(answer: JsonObject) -> UploadUrls:
    """Return the URLs in the answer of the 1.x call."""
    data = mapping(answer, "data") or answer
    return UploadUrls(
        read_urls(data, _URLS),
        is_single=False,
        others={key: data[key] for key in _WRITTEN if data.get(key) is not None},
    )


def upload_urls_request(urls: UploadUrls) -> Request:
    """Return the request of 1.x that replaces the URLs."""
    # What the box did not report stays as it is, unless the call requires it.
    body = {**_REQUIRED, **(urls.others or {}), _URLS: list(urls.urls)}
    return Request("POST", _PATH, body=body)
