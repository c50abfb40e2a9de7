"""Reads and changes where a box uploads its history to."""

from .exceptions import AiBoxNotChangedError, AiBoxNotFoundError
from .models import Dialect
from .rest import Rest
from .settings import Setting
from .wire.upload_urls import (
    UPLOAD_URLS,
    UploadUrls,
    read_upload_urls,
    upload_urls_request,
)
from .wire.urls import split_urls


async def upload_urls(rest: Rest) -> UploadUrls:
    """Return where a box uploads its history to.

    Raises `AiBoxError`, `AiBoxNotFoundError` if the box does not report it.
    """
    is_single = rest.wire.DIALECT is Dialect.FLAT
    if not is_single:
        try:
            return read_upload_urls(await rest.ask(UPLOAD_URLS))
        except AiBoxNotFoundError:
            # A newer call may report it.
            pass
    text = (await rest.setting(Setting.HISTORY_UPLOAD_URL) or "").strip()
    if is_single:
        return UploadUrls((text,) if text else (), is_single=True)
    return UploadUrls(tuple(split_urls(text)), is_single=False)


async def change_upload_urls(rest: Rest, urls: UploadUrls) -> None:
    """Change where a box uploads its history to, in one attempt.

    Raises `AiBoxError`, `AiBoxNotChangedError` if the box has other URLs afterwards.
    """
    if urls.others is None:
        await rest.change_setting(Setting.HISTORY_UPLOAD_URL, urls.text)
        return
    await rest.check_may_change()
    await rest.ask(upload_urls_request(urls))
    if (await upload_urls(rest)).urls != urls.urls:
        raise AiBoxNotChangedError
