"""What the images of capture devices and of followed people have in common."""

from abc import abstractmethod
from typing import override

from homeassistant.components.image import ImageEntity
from homeassistant.helpers.restore_state import RestoreEntity

from .pictures.cache import Picture
from .pictures.nobody import async_nobody


class PictureImage(ImageEntity, RestoreEntity):
    """Shows a picture that the box holds; unknown, and nobody's, while there is none."""

    @property
    @override
    def entity_picture(self) -> str | None:
        """Where the picture is; nowhere while there is none, so that the icon is drawn and no broken picture."""
        return None if self.image_last_updated is None else super().entity_picture

    @override
    async def async_image(self) -> bytes:
        """Return the picture, or one that is clearly nobody's where there is none (any more)."""
        picture = await self._async_picture() or await async_nobody(self.hass)
        self._attr_content_type = picture.content_type
        return picture.content

    @abstractmethod
    async def _async_picture(self) -> Picture | None:
        """Return the picture, from the box's history where it is not held (any more)."""
