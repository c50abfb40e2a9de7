"""From an empty Home Assistant to a box that greets people: what a user does, in this order.

The tests build on each other: after one that failed the next ones have nothing to look at.
"""

import json

from playwright.async_api import expect
import pytest

from emulator import EmulatedBox
from tools.demo.configuration import DOMAIN

from .conftest import Illustrate
from .house import House
from .screen import Screen

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    # The first one waits for Home Assistant to start.
    pytest.mark.timeout(180),
]

_WRONG_HOST = "127.0.0.22"
_NAME = "SE AI box"


async def _begin_to_add(screen: Screen, what: str) -> None:
    await screen.open("/config/integrations/dashboard")
    await screen.button("panel.config.integrations.add_integration").click()
    await screen.page.get_by_placeholder(
        screen.words.frontend("panel.config.integrations.search_brand")
    ).fill(_NAME)
    await screen.page.get_by_role("button", name=_NAME).click()
    await screen.text(screen.words.own(f"config.step.user.menu_options.{what}")).click()


async def _enter_address(screen: Screen, host: str, box: EmulatedBox) -> None:
    """Enter a host, and the ports that the emulated box could get."""
    step = "config.step.box"
    await screen.field(screen.words.own(f"{step}.data.host")).fill(host)
    ports = f"{step}.sections.ports"
    rest_port = screen.field(screen.words.own(f"{ports}.data.rest_port"))
    if not await rest_port.is_visible():
        await screen.page.get_by_role(
            "button", name=screen.words.own(f"{ports}.name")
        ).click()
    for name in ("rest", "events", "system", "broadcast"):
        label = screen.words.own(f"{ports}.data.{name}_port")
        await screen.field(label).fill(str(getattr(box.ports, name)))
    await screen.submit()


async def test_wrong_host(house: House, screen: Screen) -> None:
    """Nothing answers there: it is said in plain words, and the address may be corrected."""
    await _begin_to_add(screen, "box")
    await _enter_address(screen, _WRONG_HOST, house.box)
    await expect(
        screen.text(screen.words.own("config.error.cannot_connect"))
    ).to_be_visible()
    await screen.picture("wrong host")


async def test_add_box(house: House, screen: Screen, illustrate: Illustrate) -> None:
    """The address is right: what was found is shown and can be added."""
    await _enter_address(screen, house.box.host, house.box)
    await expect(
        screen.text(screen.words.own("config.step.choose.title"))
    ).to_be_visible()
    await expect(screen.page.get_by_text(house.box.serial_number)).to_be_visible()
    for device in house.box.devices:
        await expect(
            screen.page.get_by_role("checkbox", name=device.name)
        ).to_be_checked()
    illustrate(await screen.picture("box found"), "box-found")
    await screen.submit()
    await screen.button("panel.config.integrations.config_flow.finish_skip").click()


async def test_already_configured(house: House, screen: Screen) -> None:
    """The same box once more is refused."""
    await _begin_to_add(screen, "box")
    await _enter_address(screen, house.box.host, house.box)
    await expect(
        screen.text(screen.words.own("config.abort.already_configured"))
    ).to_be_visible()
    await screen.picture("already configured")


async def test_devices(house: House, screen: Screen) -> None:
    """The box and its capture devices are on the page of the integration."""
    await screen.open_integration()
    for name in (
        house.name,
        *(device.name for device in house.box.devices),
    ):
        await expect(screen.device_row(name)).to_be_visible()
    await screen.picture("devices")


async def test_entities(house: House, screen: Screen, illustrate: Illustrate) -> None:
    """A capture device has its entities, and they follow who stands there."""
    await house.show("Tom")
    await screen.open_device(house.front_door.name)
    entities = (
        "button.open_door",
        "event.recognition",
        "image.face",
        "image.reference",
        "sensor.last_person",
        "sensor.recognitions",
    )
    for entity in entities:
        name = screen.words.own(f"entity.{entity}.name")
        await expect(screen.text(name, within=screen.entities)).to_be_visible()
    await expect(screen.entities.get_by_text("Tom").first).to_be_visible()
    illustrate(await screen.picture("entities"), "front-door")


async def test_camera(house: House, screen: Screen) -> None:
    """Somebody else appears: the open picture changes by itself."""
    name = screen.words.own("entity.camera.last_person.name")
    await screen.text(name, within=screen.entities).click()
    image = screen.page.locator("ha-camera-stream img")
    await expect(image).to_be_visible()
    await screen.picture("camera before")
    before = await screen.fingerprint(image)
    await house.show("小明")
    await screen.expect_other_picture(image, before)
    await screen.picture("camera after")


async def test_automation(house: House, screen: Screen, illustrate: Illustrate) -> None:
    """An automation is clicked together and greets whom it should, and nobody else."""
    words = screen.words
    await screen.open("/config/automation/edit/new")
    await screen.add_to_automation(
        "panel.config.automation.editor.triggers.add",
        words.own("triggers.person_recognized.name"),
    )
    await screen.choose_target(
        words.own("entity.event.recognition.name"), house.front_door.name
    )
    await screen.add_to_automation(
        "panel.config.automation.editor.actions.add",
        words.component("persistent_notification", "services.create.name"),
    )
    await screen.enter_template(
        words.component("persistent_notification", "services.create.description"),
        "{{ trigger.identity_name }} :-)",
    )
    await screen.save_automation("Greet")
    # Only now: who is faster than the words of the choices sees their keys for good.
    await screen.page.locator("ha-automation-trigger-row").click()
    for person_type in ("employee", "visitor", "blocklisted"):
        await expect(
            screen.text(words.own(f"selector.person_types.options.{person_type}"))
        ).to_be_visible()
    illustrate(await screen.picture("automation"), "automation")

    await house.box.recognize(house.front_door)
    await house.show("Viktor Kane")
    await house.show("Tom")
    await screen.open_notifications()
    notifications = screen.page.locator("notification-drawer ha-markdown")
    await expect(notifications).to_have_text("Tom :-)")
    await screen.picture("greeted")


async def test_media(house: House, screen: Screen, illustrate: Illustrate) -> None:
    """The week is browsed by person, down to one picture."""
    await screen.open("/media-browser/browser")
    for folder in (_NAME, screen.words.own("common.media_people"), "Tom"):
        await screen.media_item(folder).click()
    at_the_door = screen.media_item(house.front_door.name).first
    await expect(at_the_door).to_be_visible()
    thumbnails = screen.page.locator("ha-media-browser-thumbnail .image")
    # As many as fit on the screen; more are loaded when somebody scrolls.
    await expect(thumbnails.nth(9)).to_be_visible()
    illustrate(await screen.picture("media"), "media")
    await at_the_door.click()
    shown = screen.page.locator("hui-dialog-web-browser-play-media img")
    await expect(shown).to_be_visible()
    assert await shown.evaluate(
        "image => image.decode().then(() => image.naturalWidth)"
    )
    await screen.picture("media picture")


async def test_options(house: House, screen: Screen) -> None:
    """What is chosen in the options is there the next time, and a device not chosen goes."""
    box, garage = house.name, house.box.devices[3]
    hold_time = screen.words.own("options.step.init.data.hold_time")
    await screen.open_integration()
    await screen.configure(box)
    await screen.field(hold_time).fill("45")
    await screen.text(f"{garage.name} ({garage.ip})").click()
    await screen.picture("options")
    await screen.submit()
    await screen.finish()
    await expect(screen.device_row(garage.name)).to_be_hidden()
    await expect(screen.device_row(house.front_door.name)).to_be_visible()
    await screen.configure(box)
    await expect(screen.field(hold_time)).to_have_value("45")


async def test_follow_person(house: House, screen: Screen) -> None:
    """A person is found on the box and becomes a device."""
    flow = "config_subentries.person"
    await _begin_to_add(screen, "people")
    await screen.finish()
    await screen.open_integration()
    await screen.page.get_by_role(
        "button", name=screen.words.own(f"{flow}.initiate_flow.user")
    ).click()
    await screen.field(screen.words.own(f"{flow}.step.search.data.text")).fill("Tom")
    await screen.submit()
    await screen.page.get_by_text("12345565").click()
    await screen.picture("person found")
    await screen.submit()
    await expect(
        screen.text(screen.words.own(f"{flow}.step.details.title"))
    ).to_be_visible()
    await screen.submit()
    await screen.finish()
    await screen.open_device("Tom")
    await house.show("Tom")
    await expect(
        screen.entities.get_by_text(house.front_door.name).first
    ).to_be_visible()
    await screen.picture("person")


async def test_repair(house: House, screen: Screen) -> None:
    """An id that has another name now is a repair; the user says that it is the same person."""
    issue = "issues.identity_renamed"
    tom = house.box.state.rename_person("12345565", "Thomas")
    await house.show(tom.name)
    title = screen.text(
        screen.words.own(f"{issue}.title", person="Tom", identity_id=tom.identity_id)
    )
    await screen.open("/config/repairs")
    await title.click()
    same = screen.text(
        screen.words.own(f"{issue}.fix_flow.step.init.menu_options.same_person")
    )
    await expect(same).to_be_visible()
    await expect(screen.text(tom.name)).to_be_visible()
    await screen.picture("repair")
    await same.click()
    await screen.finish()
    await expect(title).to_be_hidden()


async def test_diagnostics(house: House, screen: Screen) -> None:
    """Diagnostics are downloaded, and name nobody."""
    await screen.open_integration()
    async with screen.page.expect_download() as download:
        await screen.choose_in_menu(
            house.name, "panel.config.integrations.config_entry.download_diagnostics"
        )
    text = (await (await download.value).path()).read_text()
    diagnostics = json.loads(text)
    assert diagnostics["integration_manifest"]["domain"] == DOMAIN
    assert diagnostics["data"]["entry"]
    for secret in ("Tom", "小明", house.box.serial_number, house.box.host):
        assert secret not in text


async def test_log(house: House) -> None:
    """All that left no complaint in Home Assistant's log but the one about the person with two names."""
    (doubt,) = (
        problem
        for problem in house.home_assistant.problems()
        # Home Assistant's own, of a page that was left while it was written to.
        if "Cannot write to closing transport" not in problem
    )
    assert "It is in doubt whose a followed identity is" in doubt
