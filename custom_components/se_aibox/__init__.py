"""Home Assistant integration for SE AI boxes."""
