"""A pen that draws in the units of a picture, whatever its resolution."""

from PIL import Image, ImageDraw

from .appearance import Colour


class Pen:
    """Draws on an image of `units` x `units * ratio`, in these units."""

    def __init__(self, image: Image.Image, units: float) -> None:
        """Take the image and how many units wide it is."""
        self._draw = ImageDraw.Draw(image)
        self._scale = image.width / units

    def ellipse(
        self, x: float, y: float, radius_x: float, radius_y: float, fill: Colour
    ) -> None:
        """Draw a filled ellipse around a centre."""
        self._draw.ellipse(self._around(x, y, radius_x, radius_y), fill=fill)

    def ring(
        self,
        x: float,
        y: float,
        radius_x: float,
        radius_y: float,
        colour: Colour,
        width: float,
    ) -> None:
        """Draw an ellipse's outline."""
        self._draw.ellipse(
            self._around(x, y, radius_x, radius_y),
            outline=colour,
            width=self._width(width),
        )

    def chord(
        self,
        x: float,
        y: float,
        radius_x: float,
        radius_y: float,
        start: float,
        end: float,
        fill: Colour,
    ) -> None:
        """Draw a segment of an ellipse, its angles clockwise from the right."""
        self._draw.chord(self._around(x, y, radius_x, radius_y), start, end, fill=fill)

    def arc(
        self,
        x: float,
        y: float,
        radius_x: float,
        radius_y: float,
        start: float,
        end: float,
        colour: Colour,
        width: float,
    ) -> None:
        """Draw the outline of an ellipse between two angles."""
        self._draw.arc(
            self._around(x, y, radius_x, radius_y),
            start,
            end,
            fill=colour,
            width=self._width(width),
        )

    def box(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        fill: Colour,
        radius: float = 0,
    ) -> None:
        """Draw a filled rectangle, with round corners if wanted."""
        scale = self._scale
        corners = (left * scale, top * scale, right * scale, bottom * scale)
        self._draw.rounded_rectangle(corners, radius * scale, fill=fill)

    def polygon(self, points: list[tuple[float, float]], fill: Colour) -> None:
        """Draw a filled polygon."""
        self._draw.polygon(
            [(x * self._scale, y * self._scale) for x, y in points], fill=fill
        )

    def line(
        self, points: list[tuple[float, float]], colour: Colour, width: float
    ) -> None:
        """Draw connected lines."""
        scaled = [(x * self._scale, y * self._scale) for x, y in points]
        self._draw.line(scaled, fill=colour, width=self._width(width), joint="curve")

    def _around(
        self, x: float, y: float, radius_x: float, radius_y: float
    ) -> tuple[float, float, float, float]:
        scale = self._scale
        return (
            (x - radius_x) * scale,
            (y - radius_y) * scale,
            (x + radius_x) * scale,
            (y + radius_y) * scale,
        )

    def _width(self, width: float) -> int:
        return max(1, round(width * self._scale))


def shade(colour: Colour, factor: float) -> Colour:
    """Return a colour made darker (below 1) or lighter."""
    red, green, blue = (min(255, round(part * factor)) for part in colour)
    return red, green, blue
