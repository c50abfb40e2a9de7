"""Home Assistant and the integration through hours of faults, and the books of what came through."""
