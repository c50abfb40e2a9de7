"""Client for SE AI boxes, independent of Home Assistant."""
