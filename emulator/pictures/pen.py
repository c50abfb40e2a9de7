"""A pen that draws in units, independent of the resolution."""

from PIL import Image, ImageDraw

from .colors import Color


class Pen:
    """Draws on an image that is `units` wide."""

    def __init__(self, image: Image.Image, units: float) -> None:
        """Create a pen for an image of a width in units."""
        self._draw = ImageDraw.Draw(image)
        self._scale = image.width / units

    def ellipse(
        self, x: float, y: float, radius_x: float, radius_y: float, fill: Color
    ) -> None:
        """Draw a filled ellipse around a center."""
        self._draw.ellipse(self._around(x, y, radius_x, radius_y), fill=fill)

    def ring(
        self,
        x: float,
        y: float,
        radius_x: float,
        radius_y: float,
        color: Color,
        width: float,
    ) -> None:
        """Draw the outline of an ellipse."""
        self._draw.ellipse(
            self._around(x, y, radius_x, radius_y),
            outline=color,
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
        fill: Color,
    ) -> None:
        """Draw a segment; degrees count clockwise from the right."""
        self._draw.chord(self._around(x, y, radius_x, radius_y), start, end, fill=fill)

    def arc(
        self,
        x: float,
        y: float,
        radius_x: float,
        radius_y: float,
        start: float,
        end: float,
        color: Color,
        width: float,
    ) -> None:
        """Draw an outline between two angles, like `chord`."""
        self._draw.arc(
            self._around(x, y, radius_x, radius_y),
            start,
            end,
            fill=color,
            width=self._width(width),
        )

    def box(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        fill: Color,
        radius: float = 0,
    ) -> None:
        """Draw a filled rectangle, optionally with round corners."""
        scale = self._scale
        corners = (left * scale, top * scale, right * scale, bottom * scale)
        self._draw.rounded_rectangle(corners, radius * scale, fill=fill)

    def polygon(self, points: list[tuple[float, float]], fill: Color) -> None:
        """Draw a filled polygon."""
        self._draw.polygon(
            [(x * self._scale, y * self._scale) for x, y in points], fill=fill
        )

    def line(
        self, points: list[tuple[float, float]], color: Color, width: float
    ) -> None:
        """Draw connected lines."""
        scaled = [(x * self._scale, y * self._scale) for x, y in points]
        self._draw.line(scaled, fill=color, width=self._width(width), joint="curve")

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
