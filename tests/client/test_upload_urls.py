"""Where a box uploads its history to."""

import pytest

from custom_components.se_aibox.aibox.exceptions import (
    AiBoxNotChangedError,
    AiBoxNotFoundError,
    AiBoxRefusedError,
    UnreadableError,
)
from custom_components.se_aibox.aibox.models import Dialect
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.upload_urls import change_upload_urls, upload_urls
from custom_components.se_aibox.aibox.wire.upload_urls import (
    read_upload_urls,
    upload_urls_request,
)
from emulator import EmulatedBox, PictureKind, Variant

OURS = "http://10.0.0.9:8123/api/webhook/c0ffee"
PATH = "/api/webhook/c0ffee"
OTHER = "http://10.0.0.1/report?a=1"
THIRD = "http://10.0.0.2/"

VARIANTS = {
    "usual": Variant(),
    "list is one text": Variant(upload_urls_as_text=True),
    # Then 1.x reports them as a setting.
    "no call": Variant(upload_url_call_missing=True),
}
every_variant = pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)


def _stored(dialect: Dialect, *urls: str) -> str:
    """Return what the box stores: 2.0 has the first URL only."""
    return ",".join(urls[:1] if dialect is Dialect.FLAT else urls)


@every_variant
async def test_url_joins_a_list_or_replaces_the_only_one(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """What stood there is there again afterwards."""
    before = box.settings.history_upload_url = _stored(dialect, OTHER, THIRD)
    urls = await upload_urls(rest)
    assert not urls.has(PATH)

    await change_upload_urls(rest, urls.with_url(OURS))
    changed = await upload_urls(rest)
    assert changed.has(PATH)
    assert changed.with_url(OURS) == changed
    expected = (OURS,) if dialect is Dialect.FLAT else (OTHER, THIRD, OURS)
    assert changed.urls == expected

    await change_upload_urls(rest, changed.without(PATH, urls.text))
    assert box.settings.history_upload_url == before


@every_variant
async def test_box_that_uploaded_nowhere_does_so_again_afterwards(
    rest: Rest, box: EmulatedBox
) -> None:
    """The empty text is restored."""
    urls = await upload_urls(rest)
    assert urls.urls == ()
    await change_upload_urls(rest, urls.with_url(OURS))
    assert box.settings.history_upload_url == OURS
    changed = await upload_urls(rest)
    await change_upload_urls(rest, changed.without(PATH, ""))
    assert box.settings.history_upload_url == ""


async def test_other_settings_of_the_upload_stay(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """1.x takes them all in one call."""
    box.settings.upload_content_type = "form-data"
    box.settings.upload_period = 33.0
    box.settings.upload_pictures = frozenset({PictureKind.FACE})
    await change_upload_urls(rest, (await upload_urls(rest)).with_url(OURS))
    assert box.settings.history_upload_url == OURS
    assert box.settings.upload_content_type == "form-data"
    assert box.settings.upload_period == 33.0
    assert box.settings.upload_pictures == {PictureKind.FACE}


@pytest.mark.parametrize("variant", [Variant(ignores_settings=True)])
async def test_box_that_keeps_its_urls_is_found_out(
    rest: Rest, box: EmulatedBox
) -> None:
    """It answers as if it had changed them."""
    urls = await upload_urls(rest)
    with pytest.raises(AiBoxNotChangedError):
        await change_upload_urls(rest, urls.with_url(OURS))


async def test_box_that_a_platform_manages_is_not_changed(
    rest: Rest, box: EmulatedBox
) -> None:
    """The platform says where it uploads to."""
    urls = await upload_urls(rest)
    box.settings.platform_url = "http://10.0.0.7"
    box.settings.work_mode = "mq"
    with pytest.raises(AiBoxRefusedError):
        await change_upload_urls(rest, urls.with_url(OURS))
    assert box.settings.history_upload_url == ""


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize(
    "variant", [Variant(upload_url_call_missing=True, config_call_missing=True)]
)
async def test_box_that_does_not_report_its_urls_has_none_to_change(
    rest: Rest, box: EmulatedBox
) -> None:
    """Nothing could be put back."""
    with pytest.raises(AiBoxNotFoundError):
        await upload_urls(rest)


def test_url_that_cannot_be_read_stays() -> None:
    """The user may have mistyped it, and knows what it is for."""
    odd = "http://[::1/"
    urls = read_upload_urls({"history_upload_event_url": [odd]})
    assert urls.with_url(OURS).urls == (odd, OURS)
    assert urls.with_url(OURS).without(PATH, "").urls == (odd,)


def test_partly_unreadable_list_is_not_changed() -> None:
    """It could not be written back."""
    faulty: tuple[object, ...] = (None, 1, [OURS, 1], {})
    for urls in faulty:
        with pytest.raises(UnreadableError):
            read_upload_urls({"data": {"history_upload_event_url": urls}})


def test_required_fields_that_a_box_does_not_report_are_added() -> None:
    """Nothing else is."""
    urls = read_upload_urls({"history_upload_event_url": f"{OTHER},", "other": 1})
    assert urls.urls == (OTHER,)
    assert upload_urls_request(urls).body == {
        "history_upload_event_url": [OTHER],
        "content-type": "json",
        "reported_peroid": 20,
    }
