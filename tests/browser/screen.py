"""The elements of the user interface, by the names on the screen."""

from pathlib import Path
import re

from playwright.async_api import Locator, Page, expect

from tools.demo.configuration import DOMAIN

from .words import Words

# Widths of a window in pixels.
DESK, TABLET, PHONE = 1280, 1024, 390
expect.set_options(timeout=20_000)
_INTEGRATION = f"/config/integrations/integration/{DOMAIN}"
# A small copy of the current picture of an image, which may be a stream.
_FINGERPRINT = """
image => {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, {width: 64, height: 36});
    canvas.getContext("2d").drawImage(image, 0, 0, 64, 36);
    return canvas.toDataURL();
}
"""


class Screen:
    """The page of a logged-in user."""

    def __init__(self, page: Page, url: str, words: Words, pictures: Path) -> None:
        """Initialize the screen; `pictures` is the folder for screenshots."""
        self.page = page
        self.words = words
        self._url = url
        self._pictures = pictures
        self._taken = 0

    async def open(self, path: str) -> None:
        """Open a page of Home Assistant."""
        await self.page.goto(self._url + path)

    async def open_integration(self) -> None:
        """Open the page of the integration."""
        await self.open(_INTEGRATION)

    async def open_device(self, name: str) -> None:
        """Open the page of a device from the page of the integration."""
        await self.open_integration()
        await self.device_row(name).click()
        await expect(self.page.locator("ha-config-device-page")).to_be_visible()

    async def picture(self, name: str) -> Path:
        """Take a screenshot."""
        self._taken += 1
        # The pointer would highlight the element under it.
        await self.page.mouse.move(0, 0)
        file = self._pictures / f"{self._taken:02} {name}.png"
        await self.page.screenshot(path=file, animations="disabled")
        return file

    async def look(self, name: str) -> Path:
        """Take a screenshot, and expect that nothing is cut off at the side."""
        picture = await self.picture(f"{name} {self.width}")
        wide: int = await self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= self.width
        return picture

    def button(self, key: str, within: Locator | None = None) -> Locator:
        """Return a button by the key of its label in the frontend."""
        return (within or self.page).get_by_role(
            "button", name=self.words.frontend(key), exact=True
        )

    def text(self, text: str, within: Locator | None = None) -> Locator:
        """Return the first element with exactly this text."""
        return (within or self.page).get_by_text(text, exact=True).first

    def field(self, label: str) -> Locator:
        """Return a field for text or a number."""
        # A required field has a star after its label.
        name = re.compile(rf"^{re.escape(label)}\*?$")
        return self.page.get_by_role("textbox", name=name).or_(
            self.page.get_by_role("spinbutton", name=name)
        )

    @property
    def width(self) -> int:
        """The width of the window in pixels."""
        size = self.page.viewport_size
        assert size is not None
        return size["width"]

    @property
    def dialog(self) -> Locator:
        """The dialog of a flow."""
        return self.page.locator("dialog-data-entry-flow")

    @property
    def rows(self) -> Locator:
        """The rows of the activity, as far as they are in sight."""
        return self.page.locator("ha-logbook-entry")

    async def scroll_to_activity(self) -> None:
        """Scroll to the activity on the page of a device."""
        await self.page.locator("ha-logbook").scroll_into_view_if_needed()

    def entity_row(self, name: str) -> Locator:
        """Return an entity on the page of a device."""
        return self.entities.locator("hui-generic-entity-row").filter(
            has=self.page.get_by_text(name, exact=True)
        )

    @property
    def entities(self) -> Locator:
        """The entities on the page of a device."""
        return self.page.locator("ha-device-entities-card")

    def device_row(self, name: str) -> Locator:
        """Return a device on the page of the integration."""
        return self.page.locator("ha-config-entry-device-row").filter(
            has=self.page.get_by_text(name, exact=True)
        )

    async def submit(self) -> None:
        """Submit the page of a flow."""
        await self.button("panel.config.integrations.config_flow.submit").click()

    async def fingerprint(self, image: Locator) -> str:
        """Return a comparable copy of what an image shows now."""
        shown: str = await image.evaluate(_FINGERPRINT)
        return shown

    async def expect_other_picture(self, image: Locator, before: str) -> None:
        """Wait until an image shows another picture."""
        await self.page.wait_for_function(
            f"([image, before]) => ({_FINGERPRINT})(image) !== before",
            arg=[await image.element_handle(), before],
        )

    async def search_for_element(self, button: str, wanted: str) -> Locator:
        """Search for a trigger, condition or action; return the dialog."""
        await self.button(button).click()
        dialog = self.page.locator("add-automation-element-dialog")
        await dialog.get_by_role("textbox").first.fill(wanted)
        return dialog

    async def add_to_automation(self, button: str, wanted: str) -> None:
        """Add a trigger, condition or action by its name in the editor."""
        dialog = await self.search_for_element(button, wanted)
        await self.choose_element(dialog, wanted)

    async def choose_element(self, dialog: Locator, wanted: str) -> None:
        """Choose a trigger, condition or action that was searched for."""
        await dialog.get_by_role("button", name=wanted).first.click()
        # The form behind it loses what is typed while the dialog closes.
        await expect(dialog.get_by_role("dialog")).to_be_hidden()

    async def choose_target(self, entity: str, device: str) -> None:
        """Choose an entity of a device as the target."""
        await self.button("components.target-picker.add_target").click()
        picker = self.page.locator("ha-target-picker")
        await picker.get_by_role("textbox").fill(device)
        await picker.get_by_role("option", name=f"{entity} {device}").click()

    async def enter_template(self, description: str, template: str) -> None:
        """Enter a template into the first field of the selected action."""
        sidebar = self.page.locator("ha-automation-sidebar")
        # The sidebar may show the previous element for a moment.
        await expect(sidebar.get_by_text(description)).to_be_visible()
        await sidebar.get_by_role("textbox").first.fill(template)
        # A field with a template becomes a code editor.
        await expect(sidebar.locator("ha-code-editor")).to_contain_text(template)

    async def save_automation(self, name: str) -> None:
        """Save the automation under a name."""
        await self.button("common.save").click()
        dialog = self.page.locator("ha-dialog-automation-save")
        await dialog.get_by_role("textbox").first.fill(name)
        await self.button("common.save", within=dialog).click()
        # The button for traces appears once the automation is active.
        traces = self.words.frontend("panel.config.automation.editor.show_trace")
        await expect(self.text(traces)).to_be_visible()

    async def open_notifications(self) -> None:
        """Open the notification drawer."""
        name = self.words.frontend("notification_drawer.title")
        # The label ends with the number of notifications, so the match is not exact.
        sidebar = self.page.locator("ha-sidebar")
        await sidebar.get_by_role("button", name=name).click()

    def media_item(self, title: str) -> Locator:
        """Return an item of the media browser by a part of its title."""
        return self.page.locator("ha-media-player-browse .child").filter(has_text=title)

    def media_folder(self, title: str) -> Locator:
        """Return a folder of the media browser by its whole title."""
        # A tooltip beside the title repeats it.
        own = re.compile(rf"^\s*{re.escape(title)}\s*$")
        titles = self.page.locator(".title").filter(has_text=own)
        return self.page.locator("ha-media-player-browse .child").filter(has=titles)

    def entry_row(self, title: str) -> Locator:
        """Return a config entry on the page of the integration."""
        return self.page.locator("ha-config-entry-row").filter(
            has=self.page.get_by_text(title, exact=True)
        )

    async def configure(self, title: str) -> None:
        """Open the options of a config entry."""
        key = "panel.config.integrations.config_entry.configure"
        await self.button(key, within=self.entry_row(title)).click()

    async def finish(self) -> None:
        """Close the last page of a flow."""
        await self.button("panel.config.integrations.config_flow.finish").click()

    async def choose_in_menu(self, title: str, key: str) -> None:
        """Choose an item in the menu of a config entry."""
        row = self.entry_row(title)
        await self.button("common.menu", within=row).first.click()
        await row.get_by_role("menuitem", name=self.words.frontend(key)).click()
