"""A real Home Assistant with emulated boxes, to try out and to check."""
