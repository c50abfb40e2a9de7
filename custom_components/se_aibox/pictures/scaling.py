"""Scales pictures down, for phones that refuse large ones."""

from io import BytesIO

from PIL import Image

from .picture import Picture

# Decoding more would take too much memory. The largest cameras have 50 megapixels.
_MOST_PIXELS = 64_000_000
_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 85


def scaled(picture: Picture, width: int) -> Picture:
    """Return a JPEG of at most this width, or the picture itself.

    The picture itself is returned if it is narrow enough, too large to decode or
    damaged. This blocks.
    """
    try:
        with Image.open(BytesIO(picture.content), formats=_FORMATS) as image:
            if image.width <= width or image.width * image.height > _MOST_PIXELS:
                return picture
            size = (width, max(round(image.height * width / image.width), 1))
            # Makes a JPEG decoder skip most of the work.
            image.draft("RGB", size)
            small = image.convert("RGB").resize(size, Image.Resampling.BILINEAR)
    except OSError, SyntaxError, ValueError, Image.DecompressionBombError:
        return picture
    content = BytesIO()
    small.save(content, "JPEG", quality=_QUALITY)
    return Picture(content.getvalue(), "image/jpeg")
