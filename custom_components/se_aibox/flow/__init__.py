"""Finding, adding and changing boxes."""
