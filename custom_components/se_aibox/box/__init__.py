"""One box, as Home Assistant knows it."""
