"""Pictures that the tests send to boxes."""

from io import BytesIO

from PIL import Image

from emulator import EmulatedBox, Identity


def photo(side: int = 160, brightness: int = 255, seed: int = 0) -> bytes:
    """Return a JPEG that was not drawn by the emulator."""
    gradient = Image.linear_gradient("L").rotate(seed).resize((side, side))
    return _jpeg(gradient.point([level * brightness // 255 for level in range(256)]))


def colored(color: tuple[int, int, int]) -> bytes:
    """Return a JPEG of a single color."""
    return _jpeg(Image.new("RGB", (160, 160), color))


async def drawn_reference(box: EmulatedBox, person: Identity) -> bytes:
    """Return the enrolled photo of a person."""
    return (await box.state.studio.paint(box.state.reference(person))).jpeg


def _jpeg(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "JPEG")
    return buffer.getvalue()
