"""What the user sees and touches, named as they would name it."""

from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tools.demo.configuration import DOMAIN

from .words import Words

expect.set_options(timeout=20_000)
_INTEGRATION = f"/config/integrations/integration/{DOMAIN}"
# A small copy of what an image shows now, also in the middle of a stream.
_FINGERPRINT = """
image => {
    const canvas = Object.assign(document.createElement("canvas"), {width: 64, height: 36});
    canvas.getContext("2d").drawImage(image, 0, 0, 64, 36);
    return canvas.toDataURL();
}
"""


class Screen:
    """The page of a user who is logged in."""

    def __init__(self, page: Page, url: str, words: Words, pictures: Path) -> None:
        """Take the page; a picture of every step goes into the folder."""
        self.page = page
        self.words = words
        self._url = url
        self._pictures = pictures
        self._taken = 0

    async def open(self, path: str) -> None:
        """Go to a page of Home Assistant."""
        await self.page.goto(self._url + path)

    async def open_integration(self) -> None:
        """Go to the page of the integration."""
        await self.open(_INTEGRATION)

    async def open_device(self, name: str) -> None:
        """Go to the page of a device by way of the integration's."""
        await self.open_integration()
        await self.device_row(name).click()
        await expect(self.page.locator("ha-config-device-page")).to_be_visible()

    async def picture(self, name: str) -> Path:
        """Keep what is seen now."""
        self._taken += 1
        # Nothing is to be lit up because the pointer rests on it.
        await self.page.mouse.move(0, 0)
        file = self._pictures / f"{self._taken:02} {name}.png"
        await self.page.screenshot(path=file, animations="disabled")
        return file

    def button(self, key: str, within: Locator | None = None) -> Locator:
        """Return a button of the frontend by what it says."""
        return (within or self.page).get_by_role(
            "button", name=self.words.frontend(key), exact=True
        )

    def text(self, text: str, within: Locator | None = None) -> Locator:
        """Return what says exactly that."""
        return (within or self.page).get_by_text(text, exact=True).first

    def field(self, label: str) -> Locator:
        """Return a field for text or a number; one that is required has a star behind its label."""
        return self.page.get_by_role("textbox", name=label).or_(
            self.page.get_by_role("spinbutton", name=label)
        )

    @property
    def entities(self) -> Locator:
        """Return the entities on the page of a device."""
        return self.page.locator("ha-device-entities-card")

    def device_row(self, name: str) -> Locator:
        """Return a device on the page of the integration."""
        return self.page.locator("ha-config-entry-device-row").filter(
            has=self.page.get_by_text(name, exact=True)
        )

    async def submit(self) -> None:
        """Send the page of a flow."""
        await self.button("panel.config.integrations.config_flow.submit").click()

    async def fingerprint(self, image: Locator) -> str:
        """Return what an image shows now, to be compared with what it shows later."""
        shown: str = await image.evaluate(_FINGERPRINT)
        return shown

    async def expect_other_picture(self, image: Locator, before: str) -> None:
        """Wait until an image shows something else."""
        await self.page.wait_for_function(
            f"([image, before]) => ({_FINGERPRINT})(image) !== before",
            arg=[await image.element_handle(), before],
        )

    async def add_to_automation(self, button: str, wanted: str) -> None:
        """Add a trigger, condition or action in the editor, found by its name."""
        await self.button(button).click()
        dialog = self.page.locator("add-automation-element-dialog")
        await dialog.get_by_role("textbox").first.fill(wanted)
        await dialog.get_by_role("button", name=wanted).first.click()
        # While it closes, the form behind it forgets what is typed.
        await expect(dialog.get_by_role("dialog")).to_be_hidden()

    async def choose_target(self, entity: str, device: str) -> None:
        """Choose an entity of a device as the target in the editor."""
        await self.button("components.target-picker.add_target").click()
        picker = self.page.locator("ha-target-picker")
        await picker.get_by_role("textbox").fill(device)
        await picker.get_by_role("option", name=f"{entity} {device}").click()

    async def enter_template(self, description: str, template: str) -> None:
        """Enter a template into the first field of the action that is described so in the editor."""
        sidebar = self.page.locator("ha-automation-sidebar")
        # The one before may still be there for a moment.
        await expect(sidebar.get_by_text(description)).to_be_visible()
        await sidebar.get_by_role("textbox").first.fill(template)
        # A field with a template in it becomes an editor.
        await expect(sidebar.locator("ha-code-editor")).to_contain_text(template)

    async def save_automation(self, name: str) -> None:
        """Save what the editor shows."""
        await self.button("common.save").click()
        dialog = self.page.locator("ha-dialog-automation-save")
        await dialog.get_by_role("textbox").first.fill(name)
        await self.button("common.save", within=dialog).click()
        # Traces are offered once the automation runs.
        traces = self.words.frontend("panel.config.automation.editor.show_trace")
        await expect(self.text(traces)).to_be_visible()

    async def open_notifications(self) -> None:
        """Open the drawer with the notifications."""
        name = self.words.frontend("notification_drawer.title")
        # How many there are is a part of its name.
        sidebar = self.page.locator("ha-sidebar")
        await sidebar.get_by_role("button", name=name).click()

    def media_item(self, title: str) -> Locator:
        """Return what the media browser offers by a part of its title."""
        return self.page.locator("ha-media-player-browse .child").filter(has_text=title)

    def entry_row(self, title: str) -> Locator:
        """Return a box, or the followed people, on the page of the integration."""
        return self.page.locator("ha-config-entry-row").filter(
            has=self.page.get_by_text(title, exact=True)
        )

    async def configure(self, title: str) -> None:
        """Open the options of a box on the page of the integration."""
        key = "panel.config.integrations.config_entry.configure"
        await self.button(key, within=self.entry_row(title)).click()

    async def finish(self) -> None:
        """Close the last page of a flow."""
        await self.button("panel.config.integrations.config_flow.finish").click()

    async def choose_in_menu(self, title: str, key: str) -> None:
        """Choose from the menu of a box on the page of the integration."""
        row = self.entry_row(title)
        await self.button("common.menu", within=row).first.click()
        await row.get_by_role("menuitem", name=self.words.frontend(key)).click()
