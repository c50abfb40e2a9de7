"""Boxes that upload their history to Home Assistant, beside the event socket."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from aiohttp import ClientSession, TCPConnector
import pytest

from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.exceptions import AiBoxError, AiBoxTimeoutError
from custom_components.se_aibox.aibox.models import Ports
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.aibox.upload_urls import change_upload_urls
from custom_components.se_aibox.aibox.wire.upload_urls import UploadUrls
from custom_components.se_aibox.box.address import Address
from custom_components.se_aibox.box.issues import Fault
from custom_components.se_aibox.const import DOMAIN
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from custom_components.se_aibox.se3 import uploads, webhook
from emulator import CannedAnswer, EmulatedBox, PictureSize, Variant
from homeassistant.components.webhook import async_generate_path
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from tests.integration.conftest import ClientGenerator, SetUp
from tests.integration.flow.options_helpers import choice, enter_options, open_options
from tests.integration.flow.replacement_helpers import new_box, replace_box
from tests.integration.helpers import (
    ENTRY_ID,
    MAC_ADDRESS,
    SERIAL_NUMBER,
    Dialect,
    FiredEvents,
    make_entry,
    ports_of,
    until,
)

from .se3_helpers import OTHER_URL, WEBHOOK_ID, add, names_resolve

pytest_plugins = ["tests.integration.se3.se3_fixtures"]

RECOVERED = "se_aibox_recognition_recovered"
OPTIONS = {"upload_webhook_id": WEBHOOK_ID}


@pytest.fixture
def variant() -> Variant:
    """Return the firmware of the box; tests may parametrize it."""
    return Variant()


@pytest.fixture
async def box(dialect: Dialect, variant: Variant) -> AsyncGenerator[EmulatedBox]:
    """Run a box that uploads when told to."""
    async with EmulatedBox(
        dialect,
        device_count=2,
        serial_number=SERIAL_NUMBER,
        mac=MAC_ADDRESS,
        picture_size=PictureSize(face=4_000, scene=12_000, reference=4_000),
        variant=variant,
    ) as box:
        box.settings.upload_period = 3600
        yield box
        assert box.errors == []


@pytest.fixture
def url(base: str) -> str:
    """Return where the box is to upload to."""
    return base + async_generate_path(WEBHOOK_ID)


def urls_of(box: EmulatedBox) -> list[str]:
    """Return where the box uploads to."""
    return [url for url in box.settings.history_upload_url.split(",") if url]


async def set_up_without_socket(
    hass: HomeAssistant, box: EmulatedBox, **options: object
) -> SeAiBoxConfigEntry:
    """Set up a box whose event socket is closed."""
    await box.port("events").close()
    entry = make_entry(box, options={**OPTIONS, **options})
    await hass.config_entries.async_add(entry)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    client = client_of(entry)
    await until(lambda: client.uploads.accepts_pushes)
    return entry


def client_of(entry: SeAiBoxConfigEntry) -> AiBoxClient:
    """Return the client of a box with an event socket."""
    client = entry.runtime_data.client
    assert isinstance(client, AiBoxClient)
    return client


async def test_uploads_are_live_while_the_event_socket_is_closed(
    hass: HomeAssistant, box: EmulatedBox, url: str, fired: FiredEvents
) -> None:
    """They come some seconds late, and within the freshness limit."""
    entry = await set_up_without_socket(hass, box)
    assert urls_of(box) == [url]
    # The books of a site need to know that nothing is missing.
    await until(lambda: entry.runtime_data.data.caught_up)
    past = datetime.now(UTC) - timedelta(seconds=5)
    client_of(entry)._delivered._known_from_ms = 0
    seen = await box.recognize(
        box.devices[0],
        box.people[0],
        timestamp_ms=round(past.timestamp() * 1000),
    )
    assert await box.history_upload.upload() == 1
    data = await fired.next()
    assert data["identity_id"] == seen.identity_id
    assert data["capture_device_id"] == seen.device_id
    assert data["pictures"].keys() == {"face", "scene", "reference"}
    assert hass.states.get("sensor.front_door_last_person") is not None
    state = hass.states.get("sensor.front_door_last_person")
    assert state is not None
    assert state.state == box.people[0].name


async def test_new_capture_device_is_listed_with_its_first_upload(
    hass: HomeAssistant, box: EmulatedBox, base: str, fired: FiredEvents
) -> None:
    """The list is read without the event socket, too."""
    await set_up_without_socket(hass, box)
    device = box.add_device(name="Back door")
    await box.recognize(device, box.people[0])
    assert await box.history_upload.upload() == 1
    assert (await fired.next())["capture_device_name"] == "Back door"


async def test_upload_of_a_box_with_a_wrong_clock_is_live(
    hass: HomeAssistant, box: EmulatedBox, base: str, fired: FiredEvents
) -> None:
    """Its clock is measured without the event socket, too."""
    box.state.clock_offset = -8 * 3600.0
    entry = await set_up_without_socket(hass, box)
    await until(lambda: client_of(entry).clock.reading is not None)
    seen = await box.recognize(box.devices[0], box.people[0])
    assert await box.history_upload.upload() == 1
    assert (await fired.next())["identity_id"] == seen.identity_id


async def test_what_arrives_both_ways_is_delivered_once(
    hass: HomeAssistant, box: EmulatedBox, base: str, set_up: SetUp, fired: FiredEvents
) -> None:
    """The event socket is open."""
    await set_up(OPTIONS)
    recovered = FiredEvents(hass, RECOVERED)
    for person in (box.people[0], None, box.people[1]):
        await box.recognize(box.devices[0], person)
        await fired.next()
    assert await box.history_upload.upload() == 3
    box.history_upload.uploaded.clear()
    assert await box.history_upload.upload() == 3
    await hass.async_block_till_done()
    assert (fired.unread, recovered.unread) == (0, 0)


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize(
    "variant",
    [
        Variant(),
        Variant(se3_form_values="python"),
        Variant(se3_form_urlencoded=True),
    ],
)
async def test_upload_as_a_form_is_read(
    hass: HomeAssistant, box: EmulatedBox, base: str, fired: FiredEvents
) -> None:
    """1.x has a setting for it."""
    box.settings.upload_content_type = "form-data"
    await set_up_without_socket(hass, box)
    seen = await box.recognize(box.devices[0], box.people[0])
    assert await box.history_upload.upload() == 1
    data = await fired.next()
    assert data["identity_id"] == seen.identity_id
    assert data["score"] == pytest.approx(seen.score)
    # The format was there before, and other receivers rely on it.
    assert box.settings.upload_content_type == "form-data"


async def test_late_upload_is_recovered(
    hass: HomeAssistant, box: EmulatedBox, base: str, fired: FiredEvents
) -> None:
    """Nothing acts upon it."""
    entry = await set_up_without_socket(hass, box)
    recovered = FiredEvents(hass, RECOVERED)
    client_of(entry)._recovery._began_at -= timedelta(hours=1)
    past = datetime.now(UTC) - timedelta(minutes=5)
    seen = await box.recognize(
        box.devices[0], box.people[0], timestamp_ms=round(past.timestamp() * 1000)
    )
    assert await box.history_upload.upload() == 1
    assert (await recovered.next())["identity_id"] == seen.identity_id
    assert fired.unread == 0


async def test_upload_while_home_assistant_is_down_arrives_later(
    hass: HomeAssistant, box: EmulatedBox, base: str, fired: FiredEvents
) -> None:
    """The box tries again until then."""
    entry = await set_up_without_socket(hass, box)
    await hass.config_entries.async_unload(entry.entry_id)
    seen = await box.recognize(box.devices[0], box.people[0])
    assert await box.history_upload.upload() == 0
    assert box.history_upload.deliveries[-1].status == HTTPStatus.SERVICE_UNAVAILABLE
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    client = client_of(entry)
    await until(lambda: client.uploads.accepts_pushes)
    client._recovery._began_at -= timedelta(minutes=1)
    assert await box.history_upload.upload() == 1
    assert (await fired.next())["identity_id"] == seen.identity_id


async def test_upload_before_the_setup_is_refused(
    hass: HomeAssistant, box: EmulatedBox, hass_client: ClientGenerator
) -> None:
    """Home Assistant has started, and the box was not reachable."""
    entry = make_entry(box, options=OPTIONS)
    hass.config_entries._entries[entry.entry_id] = entry
    await box.port("rest").close()
    for domain in ("camera", "image", "websocket_api", DOMAIN):
        assert await async_setup_component(hass, domain, {})
    client = await hass_client()
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.SETUP_RETRY
    path = async_generate_path(WEBHOOK_ID)
    box.settings.history_upload_url = f"http://127.0.0.1:{client.port}{path}"
    await box.recognize(box.devices[0], box.people[0])
    assert await box.history_upload.upload() == 0
    assert box.history_upload.deliveries[-1].status == HTTPStatus.SERVICE_UNAVAILABLE


async def test_upload_clears_the_issue_of_a_box_that_is_away(
    hass: HomeAssistant, box: EmulatedBox, base: str, fired: FiredEvents
) -> None:
    """It proves that the box is there."""
    entry = await set_up_without_socket(hass, box)
    away = entry.runtime_data.away
    away._handle_patience_over(datetime.now(UTC))
    issues = ir.async_get(hass)
    assert issues.async_get_issue(DOMAIN, f"box_away_{ENTRY_ID}") is not None
    await box.recognize(box.devices[0], box.people[0])
    await box.history_upload.upload()
    await fired.next()
    assert issues.async_get_issue(DOMAIN, f"box_away_{ENTRY_ID}") is None


async def test_upload_from_another_address_is_refused(
    hass: HomeAssistant,
    box: EmulatedBox,
    url: str,
    fired: FiredEvents,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Only the box uploads its history."""
    await set_up_without_socket(hass, box)
    connector = TCPConnector(local_addr=("127.0.0.2", 0))
    async with ClientSession(connector=connector) as other:
        answer = await other.post(url, json={"timestamp": 0})
    assert answer.status == HTTPStatus.FORBIDDEN
    assert "127.0.0.2" in caplog.text
    assert fired.unread == 0
    issues = ir.async_get(hass)
    assert issues.async_get_issue(DOMAIN, f"push_refused_{ENTRY_ID}") is not None
    # The next one from the box settles it.
    await box.recognize(box.devices[0], box.people[0])
    assert await box.history_upload.upload() == 1
    await fired.next()
    assert issues.async_get_issue(DOMAIN, f"push_refused_{ENTRY_ID}") is None


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b"{}", b"\xff\xd8", b'{"timestamp": 1e400}', b"[" * 100_000],
    ids=lambda body: repr(body[:12]),
)
async def test_unreadable_upload_does_not_block_the_others(
    hass: HomeAssistant,
    box: EmulatedBox,
    url: str,
    fired: FiredEvents,
    body: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The box would try again forever."""
    entry = await set_up_without_socket(hass, box)
    async with ClientSession() as session:
        answer = await session.post(
            url, data=body, headers={"Content-Type": "application/json"}
        )
    assert answer.status == HTTPStatus.OK
    assert sum(entry.runtime_data.log.skipped.values()) == 1
    await box.recognize(box.devices[0], box.people[0])
    assert await box.history_upload.upload() == 1
    await fired.next()


async def test_upload_that_is_too_large_is_dropped_unread(
    hass: HomeAssistant,
    box: EmulatedBox,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is no smaller the next time."""
    defaults = webhook.async_start_receiver.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "largest", 1000)
    entry = await set_up_without_socket(hass, box)
    await box.recognize(box.devices[0], box.people[0])
    assert await box.history_upload.upload() == 1
    assert dict(entry.runtime_data.log.skipped) == {"push is too large": 1}


async def _agree(
    hass: HomeAssistant, entry: SeAiBoxConfigEntry, step: str
) -> dict[str, Any]:
    """Switch uploads on; return what the form says."""
    result = await enter_options(hass, entry, receive_uploads=True)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == step
    said = result["description_placeholders"]
    assert said is not None
    result = await hass.config_entries.options.async_configure(result["flow_id"], {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    return dict(said)


async def _switch_off(hass: HomeAssistant, entry: SeAiBoxConfigEntry) -> None:
    result = await open_options(hass, entry)
    schema = result["data_schema"]
    assert schema is not None
    [key] = [key for key in schema.schema if key == "receive_uploads"]
    assert key.description == {"suggested_value": True}
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], choice(entry, receive_uploads=False)
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


async def test_option_joins_a_list_and_replaces_a_single_url(
    hass: HomeAssistant, box: EmulatedBox, base: str, set_up: SetUp
) -> None:
    """The form says so; what stood there is put back."""
    box.settings.history_upload_url = OTHER_URL
    entry = await set_up()
    step = "uploads" if box.dialect == "nested" else "replace_upload"
    said = await _agree(hass, entry, step)
    ours = base + async_generate_path(entry.options["upload_webhook_id"])
    assert said["url"].replace("\\", "") == ours
    if box.dialect == "nested":
        assert urls_of(box) == [OTHER_URL, ours]
    else:
        assert said["replaced"].replace("\\", "") == OTHER_URL
        assert urls_of(box) == [ours]

    # Other options change nothing.
    await enter_options(hass, entry, receive_uploads=True, hold_time=40)
    await hass.async_block_till_done()
    assert ours in urls_of(box)

    await _switch_off(hass, entry)
    assert urls_of(box) == [OTHER_URL]
    assert "upload_webhook_id" not in entry.options


def _manage(box: EmulatedBox, *, managed: bool) -> None:
    """Log the box in to a platform, or out: meanwhile, its URLs must not change."""
    box.settings.platform_url = "http://10.0.0.7" if managed else ""
    box.settings.work_mode = "mq"


async def test_option_switched_on_before_it_was_undone_keeps_the_first_url(
    hass: HomeAssistant, box: EmulatedBox, base: str, set_up: SetUp
) -> None:
    """The URL that stands there is ours, and nobody's to put back."""
    box.settings.history_upload_url = OTHER_URL
    entry = await set_up()
    step = "uploads" if box.dialect == "nested" else "replace_upload"
    await _agree(hass, entry, step)
    first = entry.options["upload_webhook_id"]
    taken = urls_of(box)
    _manage(box, managed=True)
    await _switch_off(hass, entry)
    assert urls_of(box) == taken

    said = await _agree(hass, entry, step)
    assert entry.options["upload_webhook_id"] == first
    assert urls_of(box) == taken
    if box.dialect == "flat":
        assert said["replaced"].replace("\\", "") == OTHER_URL
    _manage(box, managed=False)
    await _switch_off(hass, entry)
    assert urls_of(box) == [OTHER_URL]


async def test_url_is_not_replaced_before_the_last_one_is_undone(
    hass: HomeAssistant,
    box: EmulatedBox,
    base: str,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Otherwise, what stood there at first would be lost."""
    box.settings.history_upload_url = OTHER_URL
    entry = await set_up({"upload_webhook_id": "before"})
    taken = urls_of(box)
    errors: list[AiBoxError] = [AiBoxTimeoutError()]
    change = change_upload_urls

    async def _fail_once(rest: Rest, urls: UploadUrls) -> None:
        if errors:
            raise errors.pop()
        await change(rest, urls)

    monkeypatch.setattr(uploads, "change_upload_urls", _fail_once)
    hass.config_entries.async_update_entry(entry, options={**entry.options, **OPTIONS})
    await hass.async_block_till_done()
    assert errors == []
    assert urls_of(box) == taken
    await hass.config_entries.async_reload(entry.entry_id)
    assert base + async_generate_path(WEBHOOK_ID) in urls_of(box)
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert urls_of(box) == [OTHER_URL]


async def test_picture_in_an_upload_does_not_clear_the_issue_of_the_socket(
    hass: HomeAssistant, box: EmulatedBox, base: str, fired: FiredEvents
) -> None:
    """The event socket still sends none."""
    entry = await set_up_without_socket(hass, box)
    entry.runtime_data.issues.async_raise(Fault.PICTURES_TOO_BIG)
    await box.recognize(box.devices[0], box.people[0])
    assert await box.history_upload.upload() == 1
    await fired.next()
    assert entry.runtime_data.issues.is_raised(Fault.PICTURES_TOO_BIG)


async def test_removed_box_uploads_where_it_did_before(
    hass: HomeAssistant, box: EmulatedBox, base: str, set_up: SetUp
) -> None:
    """Home Assistant leaves the box as it was."""
    box.settings.history_upload_url = OTHER_URL
    entry = await set_up(OPTIONS)
    assert urls_of(box) != [OTHER_URL]
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert urls_of(box) == [OTHER_URL]


async def test_url_of_somebody_else_stays(
    hass: HomeAssistant, box: EmulatedBox, url: str, set_up: SetUp
) -> None:
    """They replaced ours, and keep theirs when the box is removed."""
    entry = await set_up(OPTIONS)
    assert urls_of(box) == [url]
    box.settings.history_upload_url = OTHER_URL
    await hass.config_entries.async_reload(entry.entry_id)
    if box.dialect == "nested":
        # There is room for both.
        assert urls_of(box) == [OTHER_URL, url]
    else:
        assert urls_of(box) == [OTHER_URL]
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert urls_of(box) == [OTHER_URL]


async def test_new_address_of_home_assistant_replaces_the_old_one(
    hass: HomeAssistant, box: EmulatedBox, url: str, set_up: SetUp
) -> None:
    """The URL is recognized by its path."""
    entry = await set_up(OPTIONS)
    box.settings.history_upload_url = "http://10.9.9.9:1" + async_generate_path(
        WEBHOOK_ID
    )
    await hass.config_entries.async_reload(entry.entry_id)
    assert urls_of(box) == [url]


@pytest.mark.parametrize("theirs", ["", OTHER_URL])
async def test_new_box_uploads_here_unless_it_uploads_to_somebody(
    hass: HomeAssistant,
    box: EmulatedBox,
    dialect: Dialect,
    url: str,
    set_up: SetUp,
    theirs: str,
) -> None:
    """What the box before it uploaded to is no URL of the new one."""
    box.settings.history_upload_url = "http://10.0.0.7/old"
    entry = await set_up(OPTIONS)
    assert url in urls_of(box)
    async with new_box(dialect) as new:
        new.settings.history_upload_url = theirs
        await replace_box(hass, entry, new)
        await until(lambda: entry.state is ConfigEntryState.LOADED)
        is_taken = theirs and dialect == "flat"
        await until(lambda: (url in urls_of(new)) is not bool(is_taken))
        await hass.config_entries.async_remove(entry.entry_id)
        await hass.async_block_till_done()
        assert new.settings.history_upload_url == theirs


@pytest.mark.parametrize("variant", [Variant(ignores_settings=True)])
async def test_box_that_keeps_its_url_is_said_in_the_log(
    hass: HomeAssistant,
    box: EmulatedBox,
    base: str,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The box goes on; at the next setup it is tried again."""
    box.settings.history_upload_url = OTHER_URL
    entry = await set_up(OPTIONS)
    assert "cannot be told where to upload its history" in caplog.text
    caplog.clear()
    await hass.config_entries.async_reload(entry.entry_id)
    assert "cannot be told where to upload its history" in caplog.text
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert urls_of(box) == [OTHER_URL]


@pytest.mark.parametrize(
    "variant", [Variant(config_call_missing=True, upload_url_call_missing=True)]
)
@pytest.mark.parametrize("dialect", ["nested"])
async def test_option_is_refused_if_nothing_could_be_put_back(
    hass: HomeAssistant, box: EmulatedBox, base: str, set_up: SetUp
) -> None:
    """The box does not say what stands there."""
    entry = await set_up()
    result = await enter_options(hass, entry, receive_uploads=True)
    assert result["errors"] == {"receive_uploads": "uploads_not_offered"}
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], choice(entry)
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert "upload_webhook_id" not in entry.options


@pytest.mark.parametrize("dialect", ["flat"])
async def test_option_is_refused_without_an_address_for_the_box(
    hass: HomeAssistant,
    box: EmulatedBox,
    base: str,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A box cannot check a certificate for a local address."""
    entry = await set_up()
    assert hass.config.api is not None
    hass.config.api.use_ssl = True
    result = await enter_options(hass, entry, receive_uploads=True)
    assert result["errors"] == {"receive_uploads": "https_only"}
    # It was switched on before.
    hass.config_entries.async_update_entry(entry, options={**entry.options, **OPTIONS})
    await hass.async_block_till_done()
    assert "no http address in the local network" in caplog.text
    assert urls_of(box) == []
    # Its webhook was open all the same, and is closed with the box.
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    box.settings.history_upload_url = base + async_generate_path(WEBHOOK_ID)
    await box.recognize(box.devices[0], box.people[0])
    assert await box.history_upload.upload() == 1
    assert not hass.config_entries.async_entries(DOMAIN)


async def test_unreachable_box_is_removed_all_the_same(
    hass: HomeAssistant,
    box: EmulatedBox,
    base: str,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
    hass_storage: dict[str, Any],
) -> None:
    """The log says what is left to do."""
    entry = await set_up(OPTIONS)
    assert f"{DOMAIN}.uploads.{ENTRY_ID}" in hass_storage
    box.answer_instead["*"] = CannedAnswer(status=500)
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert "change the URL in the web page of the box" in caplog.text
    assert f"{DOMAIN}.uploads.{ENTRY_ID}" not in hass_storage


async def test_disabled_box_uploads_to_nobody(
    hass: HomeAssistant, box: EmulatedBox, base: str, set_up: SetUp
) -> None:
    """Home Assistant answers as if there were no webhook."""
    entry = await set_up(OPTIONS)
    await hass.config_entries.async_set_disabled_by(
        entry.entry_id, ConfigEntryDisabler.USER
    )
    await hass.async_block_till_done()
    await box.recognize(box.devices[0], box.people[0])
    assert await box.history_upload.upload() == 1


@pytest.mark.parametrize("dialect", ["flat"])
async def test_host_name_of_the_box_is_resolved(
    hass: HomeAssistant,
    box: EmulatedBox,
    base: str,
    fired: FiredEvents,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Uploads come from an address."""
    names_resolve(monkeypatch, {"box.home": ["127.0.0.1"]})
    # The tests cannot resolve a name, so requests go to the address.
    address = Address(box.host, Ports(*ports_of(box).values()))
    monkeypatch.setattr(Address, "from_entry", lambda _: address)
    entry = make_entry(box, data={"host": "box.home"}, options=OPTIONS)
    await add(hass, entry)
    await box.recognize(box.devices[0], box.people[0], push=False)
    assert await box.history_upload.upload() == 1
    await fired.next()
