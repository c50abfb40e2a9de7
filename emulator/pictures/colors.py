"""The colors of drawn people, by name."""

type Color = tuple[int, int, int]

SKINS: dict[str, Color] = {
    "pale": (255, 226, 204),
    "light": (246, 208, 170),
    "tan": (226, 174, 128),
    "brown": (178, 122, 82),
    "dark": (112, 72, 50),
}
COLORS: dict[str, Color] = {
    "black": (30, 28, 34),
    "gray": (126, 130, 140),
    "silver": (212, 214, 222),
    "white": (246, 246, 248),
    "brown": (98, 60, 38),
    "chestnut": (142, 82, 46),
    "blond": (238, 200, 108),
    "ginger": (206, 92, 36),
    "sand": (222, 202, 164),
    "red": (206, 46, 52),
    "crimson": (134, 26, 48),
    "rose": (244, 172, 184),
    "magenta": (214, 60, 140),
    "orange": (242, 138, 40),
    "peach": (252, 202, 160),
    "yellow": (250, 208, 52),
    "lime": (176, 214, 70),
    "olive": (122, 130, 62),
    "green": (48, 146, 84),
    "forest": (24, 84, 62),
    "mint": (164, 226, 196),
    "teal": (26, 140, 144),
    "aqua": (92, 206, 222),
    "sky": (150, 200, 244),
    "blue": (44, 104, 200),
    "navy": (26, 44, 92),
    "lilac": (196, 176, 236),
    "violet": (112, 66, 172),
    "slate": (66, 80, 98),
}


def shade(color: Color, factor: float) -> Color:
    """Return a color made darker (below 1) or lighter."""
    red, green, blue = (min(255, round(part * factor)) for part in color)
    return red, green, blue
