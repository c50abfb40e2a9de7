"""What runs in the process of Home Assistant, so that its memory is its own."""
