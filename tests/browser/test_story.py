"""The steps of a user, from setting up a box to an automation that greets people.

Each test continues where the one before ended.
"""

import json

from playwright.async_api import expect
import pytest

from emulator import EmulatedBox
from tools.demo.boxes import BoxPlan, emulated_boxes
from tools.demo.configuration import DOMAIN

from .conftest import Illustrate
from .house import House
from .screen import Screen

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    # The first test waits for Home Assistant to start.
    pytest.mark.timeout(180),
]

_WRONG_HOST = "127.0.0.22"
_NAME = "SE AI box"
_NEW_BOX = BoxPlan(
    name="New box",
    dialect="flat",
    host="127.0.0.23",
    host_name="se5-new",
    seed=9,
    capture_devices=("Front door", "大门", "Lobby turnstile", "Side entrance"),
)


async def _begin_to_add(screen: Screen, what: str) -> None:
    await screen.open("/config/integrations/dashboard")
    await screen.button("panel.config.integrations.add_integration").click()
    await screen.page.get_by_placeholder(
        screen.words.frontend("panel.config.integrations.search_brand")
    ).fill("Sophgo")
    await screen.page.get_by_role("button", name=_NAME).click()
    await screen.text(screen.words.own(f"config.step.user.menu_options.{what}")).click()


async def _enter_address(
    screen: Screen, host: str, box: EmulatedBox, step: str = "config.step.box"
) -> None:
    """Enter a host and the ports of the emulated box."""
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


async def test_unreachable_host_shows_an_error(house: House, screen: Screen) -> None:
    """The form stays open for another address."""
    await _begin_to_add(screen, "box")
    await _enter_address(screen, _WRONG_HOST, house.box)
    await expect(
        screen.text(screen.words.own("config.error.cannot_connect"))
    ).to_be_visible()
    # Perhaps the ports are wrong.
    rest_port = screen.words.own("config.step.box.sections.ports.data.rest_port")
    await expect(screen.field(rest_port)).to_be_visible()
    await screen.picture("wrong host")


async def test_found_box_is_shown_and_added(
    house: House, screen: Screen, illustrate: Illustrate
) -> None:
    """All capture devices are selected."""
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


async def test_configured_box_is_not_added_again(house: House, screen: Screen) -> None:
    """The flow ends with a message."""
    await _begin_to_add(screen, "box")
    await _enter_address(screen, house.box.host, house.box)
    await expect(
        screen.text(screen.words.own("config.abort.already_configured"))
    ).to_be_visible()
    await screen.picture("already configured")


async def test_integration_page_lists_the_devices(house: House, screen: Screen) -> None:
    """The box is listed with its capture devices."""
    await screen.open_integration()
    for name in (
        house.name,
        *(device.name for device in house.box.devices),
    ):
        await expect(screen.device_row(name)).to_be_visible()
    await screen.picture("devices")


async def test_device_page_shows_entities_with_the_last_person(
    house: House, screen: Screen, illustrate: Illustrate
) -> None:
    """Tom is recognized before the page is opened."""
    await house.show("Tom")
    await screen.open_device(house.front_door.name)
    entities = (
        "button.open_door",
        "event.recognition",
        "image.face",
        "sensor.last_person",
        "sensor.recognitions",
    )
    for entity in entities:
        name = screen.words.own(f"entity.{entity}.name")
        await expect(screen.text(name, within=screen.entities)).to_be_visible()
    await expect(screen.entities.get_by_text("Tom").first).to_be_visible()
    illustrate(await screen.picture("entities"), "front-door")


async def test_open_camera_shows_the_next_person(house: House, screen: Screen) -> None:
    """The page is not reloaded."""
    name = screen.words.own("entity.camera.scene.name")
    await screen.text(name, within=screen.entities).click()
    image = screen.page.locator("ha-camera-stream img")
    await expect(image).to_be_visible()
    await screen.picture("camera before")
    before = await screen.fingerprint(image)
    await house.show("小明")
    await screen.expect_other_picture(image, before)
    await screen.picture("camera after")


async def test_automation_built_in_the_editor_greets_tom_only(
    house: House, screen: Screen, illustrate: Illustrate
) -> None:
    """A stranger and a blocklisted person are not greeted."""
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
    # Opened before the translations are loaded, the choices would show their keys.
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


async def test_media_browser_opens_a_picture_of_a_person(
    house: House, screen: Screen, illustrate: Illustrate
) -> None:
    """The history of a week is browsed by person."""
    await screen.open("/media-browser/browser")
    words = screen.words
    for folder in (
        words.own("common.media_root"),
        words.own("common.media_people"),
        "Tom",
    ):
        await screen.media_folder(folder).click()
    at_the_door = screen.media_item(house.front_door.name).first
    await expect(at_the_door).to_be_visible()
    thumbnails = screen.page.locator("ha-media-browser-thumbnail .image")
    # As many as fit on the screen; scrolling loads more.
    await expect(thumbnails.nth(9)).to_be_visible()
    illustrate(await screen.picture("media"), "media")
    await at_the_door.click()
    shown = screen.page.locator("hui-dialog-web-browser-play-media img")
    await expect(shown).to_be_visible()
    assert await shown.evaluate(
        "image => image.decode().then(() => image.naturalWidth)"
    )
    await screen.picture("media picture")


async def test_options_are_kept_and_remove_an_unselected_device(
    house: House, screen: Screen
) -> None:
    """The form shows the saved value the next time."""
    box, garage = house.name, house.box.devices[3]
    hold_time = screen.words.own("options.step.init.data.hold_time")
    await screen.open_integration()
    await screen.configure(box)
    await screen.field(hold_time).fill("45")
    label = screen.words.own("common.detail", text=garage.name, detail=garage.ip)
    await screen.text(label).click()
    await screen.picture("options")
    await screen.submit()
    await screen.finish()
    await expect(screen.device_row(garage.name)).to_be_hidden()
    await expect(screen.device_row(house.front_door.name)).to_be_visible()
    await screen.configure(box)
    await expect(screen.field(hold_time)).to_have_value("45")


async def test_followed_person_becomes_a_device(house: House, screen: Screen) -> None:
    """The person is found on the box by name, and selected as the only one."""
    flow = "config.step"
    await _begin_to_add(screen, "people")
    await screen.field(screen.words.own(f"{flow}.search.data.text")).fill("Tom")
    await screen.submit()
    await expect(screen.page.get_by_role("checkbox", name="12345565")).to_be_checked()
    photo = screen.page.locator("ha-markdown img")
    assert await photo.evaluate(
        "image => image.decode().then(() => image.naturalWidth)"
    )
    await screen.picture("person found")
    await screen.submit()
    await expect(screen.text(screen.words.own(f"{flow}.details.title"))).to_be_visible()
    await screen.submit()
    await screen.button("panel.config.integrations.config_flow.finish_skip").click()
    await screen.open_device("Tom")
    await house.show("Tom")
    await expect(
        screen.entities.get_by_text(house.front_door.name).first
    ).to_be_visible()
    await screen.picture("person")


async def test_renamed_identity_is_repaired(house: House, screen: Screen) -> None:
    """The user confirms that it is the same person."""
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


async def test_diagnostics_contain_no_personal_data(
    house: House, screen: Screen
) -> None:
    """They are downloaded from the menu of the box."""
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


async def test_log_contains_only_the_warning_about_the_identity(house: House) -> None:
    """The steps before caused no other warning or error."""
    (doubt,) = (
        problem
        for problem in house.home_assistant.problems()
        # Home Assistant logs this when the user leaves a page early.
        if "Cannot write to closing transport" not in problem
    )
    assert "A followed identity may now belong to someone else" in doubt


async def test_box_is_replaced_and_its_door_goes_on(
    house: House, screen: Screen
) -> None:
    """The question shows both boxes, and what becomes of everything."""
    step = "config.step.replacement"
    dialog = screen.dialog
    async with emulated_boxes((_NEW_BOX,)) as (box,):
        new = box.emulated
        assert isinstance(new, EmulatedBox)
        await screen.open_integration()
        await screen.choose_in_menu(
            house.name, "panel.config.integrations.config_entry.reconfigure"
        )
        await _enter_address(screen, new.host, new, "config.step.reconfigure")
        title = screen.words.own(f"{step}.title")
        await expect(screen.text(title, within=dialog)).to_be_visible()
        boxes = dialog.locator("ha-markdown table")
        for serial_number in (house.box.serial_number, new.serial_number):
            await expect(boxes).to_contain_text(serial_number)
        for name in ("Lobby turnstile", "Side entrance"):
            await expect(dialog.locator("ha-markdown")).to_contain_text(name)
        await screen.picture("replacement")
        yes = screen.words.own(f"{step}.menu_options.replace_box")
        await screen.text(yes, within=dialog).click()
        replaced = screen.words.own("config.abort.replaced", known=house.name)
        await expect(dialog.get_by_text(replaced)).to_be_visible()
        await screen.picture("replaced")

        await new.wait_for_subscription()
        seen = await new.recognize(new.devices[0], new.people[3])
        await screen.open_device(house.front_door.name)
        # Its device is still the one to which the automation of the story belongs.
        last_person = screen.words.own("entity.sensor.last_person.name")
        row = screen.entity_row(last_person)
        await expect(row).to_contain_text(seen.identity_name)
        await screen.picture("door of the new box")
