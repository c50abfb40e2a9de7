"""People whom the user follows across boxes."""
