"""Past recognitions, as folders of the media browser."""
