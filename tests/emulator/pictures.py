"""Pictures that tests send to a box."""

from io import BytesIO

from PIL import Image

from emulator import EmulatedBox, Identity


def photo(side: int = 160, brightness: int = 255, seed: int = 0) -> bytes:
    """Return a JPEG that the emulator did not draw."""
    gradient = Image.linear_gradient("L").rotate(seed).resize((side, side))
    return _jpeg(gradient.point([level * brightness // 255 for level in range(256)]))


def coloured(colour: tuple[int, int, int]) -> bytes:
    """Return a JPEG with nothing on it."""
    return _jpeg(Image.new("RGB", (160, 160), colour))


async def drawn_reference(box: EmulatedBox, person: Identity) -> bytes:
    """Return a person's enrolled photo."""
    return (await box.state.studio.paint(box.state.reference(person))).jpeg


def _jpeg(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "JPEG")
    return buffer.getvalue()
