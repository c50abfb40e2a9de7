"""Pictures scaled down on request, as for notifications."""

from datetime import timedelta
from io import BytesIO
import zlib

from PIL import Image
import pytest
from yarl import URL

from custom_components.se_aibox.pictures import scaling
from custom_components.se_aibox.pictures.picture import Picture
from emulator import EmulatedBox, PictureKind
from homeassistant.components.http.auth import async_sign_path
from homeassistant.core import HomeAssistant
from tests.integration.conftest import ClientGenerator, Look, SetUp
from tests.integration.helpers import ENTRY_ID, NOBODY, FiredEvents, jpeg


@pytest.fixture
async def scene(box: EmulatedBox, set_up: SetUp, fired: FiredEvents) -> str:
    """Return the path of the scene of a recognition."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    path: str = (await fired.next())["pictures"]["scene"]
    return path


def drawn(size: tuple[int, int], file_format: str, mode: str = "RGB") -> Picture:
    """Return a picture of one color."""
    content = BytesIO()
    Image.new(mode, size).save(content, file_format)
    return Picture(content.getvalue(), f"image/{file_format.lower()}")


def size_of(content: bytes) -> tuple[int, int]:
    """Return the width and height of a JPEG."""
    with Image.open(BytesIO(content), formats=("JPEG",)) as image:
        image.load()
        return image.size


async def test_picture_is_scaled_to_the_requested_width(
    box: EmulatedBox, look: Look, scene: str
) -> None:
    """A narrower one is served as it is."""
    original = jpeg(box, PictureKind.SCENE)
    width, height = size_of(original)
    response = await look(f"{scene}?width=100")
    assert response.status == 200
    assert response.content_type == "image/jpeg"
    assert size_of(await response.read()) == (100, round(height * 100 / width))
    for wide in (width, 99_999):
        response = await look(f"{scene}?width={wide}")
        assert await response.read() == original


@pytest.mark.parametrize("width", ["", "0", "-1", "1.5", "many", "１００", "100000"])
async def test_width_that_is_no_number_is_refused(
    look: Look, scene: str, width: str
) -> None:
    """The picture is not served in another size."""
    assert (await look(f"{scene}?width={width}")).status == 400


async def test_signature_covers_every_width(
    hass: HomeAssistant,
    scene: str,
    hass_client_no_auth: ClientGenerator,
    hass_access_token: str,
) -> None:
    """A phone may fetch a smaller one than was signed."""
    token = hass.auth.async_validate_access_token(hass_access_token)
    assert token is not None
    signed = async_sign_path(
        hass, scene, timedelta(minutes=1), refresh_token_id=token.id
    )
    client = await hass_client_no_auth()
    response = await client.get(URL(f"{signed}&width=100", encoded=True))
    assert size_of(await response.read())[0] == 100


async def test_placeholder_is_not_scaled(look: Look, scene: str) -> None:
    """It is small."""
    response = await look(f"/api/se_aibox/picture/{ENTRY_ID}/none/scene?width=9")
    assert response.status == 404
    assert await response.read() == NOBODY


@pytest.mark.parametrize(
    ("file_format", "mode"),
    [("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "P"), ("PNG", "RGBA"), ("WEBP", "RGBA")],
)
def test_every_format_becomes_a_jpeg(file_format: str, mode: str) -> None:
    """Phones show them all."""
    picture = (
        drawn((640, 4), "WEBP", "RGBA")
        if file_format == "WEBP"
        else drawn((640, 4), file_format, mode)
    )
    small = scaling.scaled(picture, 64)
    assert small.content_type == "image/jpeg"
    # At least one pixel high.
    assert size_of(small.content) == (64, 1)


def _png(width: int, height: int) -> bytes:
    """Return the beginning of a PNG of any size."""
    header = b"IHDR" + width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\0\0\0"
    chunk = (13).to_bytes(4) + header + zlib.crc32(header).to_bytes(4)
    return b"\x89PNG\r\n\x1a\n" + chunk


@pytest.mark.parametrize(
    "content",
    [
        drawn((640, 480), "JPEG").content[:700],
        drawn((640, 480), "PNG").content[:60],
        _png(640, 480),
        _png(10_000, 8_000),
        _png(60_000, 60_000),
        b"\xff\xd8\xff",
        b"RIFF\x40\x00\x00\x00WEBPVP8 " + bytes(64),
    ],
    ids=["cut off", "cut off", "empty", "large", "huge", "no JPEG", "no WebP"],
)
def test_damaged_or_huge_picture_is_returned_as_it_is(content: bytes) -> None:
    """It needs almost no memory."""
    picture = Picture(content, "image/png")
    assert scaling.scaled(picture, 64) is picture
