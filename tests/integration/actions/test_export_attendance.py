"""The action that writes who came when to a file, and the view that serves it."""

import csv
from datetime import timedelta
from http import HTTPStatus
import io
import os
from pathlib import Path
import time
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser  # type: ignore[import-untyped]  # It ships no py.typed.

from custom_components.se_aibox.const import DOMAIN
from emulator import Identity, PersonType
from emulator.nested import records
from homeassistant.components.http.auth import async_sign_path
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.helpers.translation import async_load_integrations
from homeassistant.setup import async_setup_component
from tests.integration.conftest import ClientGenerator
from tests.integration.helpers import let_time_pass
from tests.integration.people.followed_people import ENTRY_IDS
from tests.integration.recognition.automation_helpers import FRIEND
from tests.integration.site.site_helpers import Office

from .action_helpers import act
from .attendance_helpers import BERLIN, date_ago, days_ago, past

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.site.site_fixtures",
]

OLD = "attendance_2026-01-01_2026-01-31_0123456789abcdef.csv"
type Rows = list[list[str]]


@pytest.fixture
def media(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Let Home Assistant keep media in a folder, and return ours in it."""
    hass.config.media_dirs = {"local": str(tmp_path)}
    return tmp_path / DOMAIN


async def export(hass: HomeAssistant, office: Office, **options: Any) -> dict[str, Any]:
    """Export the last three days."""
    days = {"start_date": date_ago(2), "end_date": date_ago(0)}
    target = {"device_id": office.site.device_id}
    return await act(hass, "export_attendance", days, target=target, **options)


def content_of(response: dict[str, Any]) -> bytes:
    """Return the content of an exported file, which only its owner may read."""
    path = Path(response["path"])
    assert path.stat().st_mode & 0o077 == 0
    return path.read_bytes()


def table(response: dict[str, Any]) -> Rows:
    """Return the cells of an exported file."""
    text = content_of(response).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def write_old(folder: Path, name: str, days: int) -> None:
    """Write a file as it was written some days ago."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("x")
    set_age(folder / name, days)


def set_age(path: Path, days: int) -> None:
    """Let a file be some days old."""
    then = time.time() - timedelta(days=days).total_seconds()
    os.utime(path, (then, then))


def names_in(folder: Path) -> set[str]:
    """Return the names of the files in a folder."""
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


async def test_file_has_a_line_per_person_and_day(
    hass: HomeAssistant, office: Office, media: Path
) -> None:
    """It begins with the mark by which spreadsheets know UTF-8."""
    await hass.config.async_set_time_zone(BERLIN)
    await past(office, office.entrance, days_ago(1, 8), FRIEND)
    await past(office, office.exit, days_ago(1, 17, 30), FRIEND)
    response = await export(hass, office)
    path = Path(response["path"])
    assert path.parent == media
    assert path.name.startswith(f"attendance_{date_ago(2)}_{date_ago(0)}_")
    source = f"media-source://media_source/local/se_aibox/{path.name}"
    assert response["media_content_id"] == source
    assert (response["rows"], response["unread"]) == (1, [])
    assert content_of(response).startswith(b"\xef\xbb\xbf")
    doors = office.boxes.nested.devices
    assert table(response) == [
        [
            "Date",
            "Site",
            "Name",
            "Identity ID",
            "Person type",
            "Department",
            "Job number",
            "First seen",
            "First seen at",
            "Last seen",
            "Last seen at",
            "Recognitions",
            "Minutes inside, at least",
        ],
        [
            date_ago(1),
            "Office",
            "小明",
            FRIEND.identity_id,
            "Employee",
            "",
            "",
            f"{date_ago(1)} 08:00:00",
            doors[0].name,
            f"{date_ago(1)} 17:30:00",
            doors[1].name,
            "2",
            "570",
        ],
    ]


async def test_headings_are_in_the_language_of_home_assistant(
    hass: HomeAssistant, office: Office, media: Path
) -> None:
    """So are the types of people."""
    hass.config.language = "zh-Hans"
    await async_load_integrations(hass, {DOMAIN})
    await past(office, office.entrance, days_ago(1, 8), FRIEND)
    heading, row = table(await export(hass, office))
    assert heading[:5] == ["日期", "场所", "姓名", "人员编号", "人员类型"]
    assert row[2:5:2] == ["小明", "员工"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
async def test_name_that_is_a_formula_is_harmless(
    hass: HomeAssistant, office: Office, media: Path, sign: str
) -> None:
    """A spreadsheet would run it, wherever it comes from."""
    await office.change()
    hass.config_entries.async_update_entry(office.entry, title=f"{sign}1+1")
    await hass.async_block_till_done()
    evil = Identity("20003", f'{sign}HYPERLINK("http://x";"小明")', PersonType.VISITOR)
    await past(office, office.entrance, days_ago(1, 8), evil)
    _, row = table(await export(hass, office))
    assert row[1] == f"'{sign}1+1"
    # The client drops control characters around a name.
    assert row[2].lstrip("'").endswith('HYPERLINK("http://x";"小明")')
    assert not row[2].startswith(sign)


@pytest.mark.parametrize("allowed", [True, False])
async def test_department_and_job_number_need_the_details_in_events(
    hass: HomeAssistant,
    office: Office,
    media: Path,
    monkeypatch: pytest.MonkeyPatch,
    allowed: bool,
) -> None:
    """As far as the records of a box have them."""
    entry = hass.config_entries.async_get_known_entry(ENTRY_IDS["nested"])
    hass.config_entries.async_update_entry(
        entry, options={**entry.options, "identity_info_in_events": allowed}
    )
    await hass.async_block_till_done()
    details = {"type": 1, "ext_info": {"department": "=销售部", "jobNo": "017"}}
    monkeypatch.setattr(records, "record_info", lambda _: details)
    await past(office, office.entrance, days_ago(1, 8), FRIEND)
    _, row = table(await export(hass, office))
    assert row[5:7] == (["'=销售部", "017"] if allowed else ["", ""])


async def test_only_administrators_and_automations_may_export(
    hass: HomeAssistant, office: Office, media: Path, hass_read_only_user: MockUser
) -> None:
    """Nothing is written."""
    with pytest.raises(Unauthorized):
        await export(hass, office, user=hass_read_only_user)
    assert not names_in(media)


async def test_signed_path_opens_the_file_for_an_hour(
    hass: HomeAssistant,
    office: Office,
    media: Path,
    hass_client_no_auth: ClientGenerator,
) -> None:
    """A browser saves it; nobody keeps a copy on the way."""
    response = await export(hass, office)
    client = await hass_client_no_auth()
    answer = await client.get(response["url"])
    assert answer.status == HTTPStatus.OK
    assert await answer.read() == content_of(response)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    name = Path(response["path"]).name
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["Cache-Control"] == "no-store"
    # Without a signature, or with a stale one.
    for path in (response["url"].partition("?")[0], f"{response['url']}x"):
        assert (await client.get(path)).status == HTTPStatus.FORBIDDEN


async def test_administrator_opens_the_file_without_a_signature(
    hass: HomeAssistant, office: Office, media: Path, hass_client: ClientGenerator
) -> None:
    """Other names are not found, whatever else lies there."""
    path = (await export(hass, office))["url"].partition("?")[0]
    client = await hass_client()
    assert (await client.get(path)).status == HTTPStatus.OK
    write_old(media, "secrets.yaml", 0)
    for name in ("secrets.yaml", OLD):
        answer = await client.get(f"/api/se_aibox/attendance/{name}")
        assert answer.status == HTTPStatus.NOT_FOUND


async def test_other_user_opens_no_file(
    hass: HomeAssistant,
    office: Office,
    media: Path,
    hass_client: ClientGenerator,
    hass_admin_user: MockUser,
    hass_client_no_auth: ClientGenerator,
) -> None:
    """They cannot sign a path for themselves, either."""
    path = (await export(hass, office))["url"].partition("?")[0]
    client, stranger = await hass_client(), await hass_client_no_auth()
    hass_admin_user.groups = []
    assert not hass_admin_user.is_admin
    assert (await client.get(path)).status == HTTPStatus.FORBIDDEN
    [token] = hass_admin_user.refresh_tokens
    own = async_sign_path(hass, path, timedelta(hours=1), refresh_token_id=token)
    assert (await stranger.get(own)).status == HTTPStatus.FORBIDDEN


async def test_without_a_media_folder_nothing_is_written(
    hass: HomeAssistant, office: Office, hass_client: ClientGenerator
) -> None:
    """The error says what to set."""
    hass.config.media_dirs = {}
    with pytest.raises(HomeAssistantError) as raised:
        await export(hass, office)
    assert raised.value.translation_key == "attendance_no_folder"
    client = await hass_client()
    answer = await client.get(f"/api/se_aibox/attendance/{OLD}")
    assert answer.status == HTTPStatus.NOT_FOUND


async def test_folder_that_cannot_be_written_is_an_error_in_words(
    hass: HomeAssistant, office: Office, media: Path
) -> None:
    """The path is in it."""
    write_old(media.parent, media.name, 0)
    with pytest.raises(HomeAssistantError) as raised:
        await export(hass, office)
    assert raised.value.translation_key == "attendance_not_written"
    assert str(media) in str(raised.value)


async def test_files_older_than_thirty_days_are_deleted(
    hass: HomeAssistant, media: Path
) -> None:
    """Once a day, and only ours."""
    kept = OLD.replace("0123", "4567")
    for name, days in ((OLD, 31), (kept, 29), ("attendance_mine.csv", 99)):
        write_old(media, name, days)
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()
    assert names_in(media) == {"attendance_mine.csv", kept}
    set_age(media / kept, 31)
    let_time_pass(hass, timedelta(days=1))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert names_in(media) == {"attendance_mine.csv"}


async def test_without_a_media_folder_there_is_nothing_to_delete(
    hass: HomeAssistant,
) -> None:
    """The user may have removed it."""
    hass.config.media_dirs = {}
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()


async def test_file_that_cannot_be_deleted_is_named_in_the_log(
    hass: HomeAssistant, media: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The user has to delete it."""
    write_old(media / OLD, "kept.txt", 0)
    set_age(media / OLD, 31)
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()
    assert f"Cannot delete the exported file {media / OLD}" in caplog.text
