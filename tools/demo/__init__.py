"""A real Home Assistant beside emulated boxes, to look at and to check against."""
