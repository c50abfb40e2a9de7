"""Past recognitions in the media browser."""
