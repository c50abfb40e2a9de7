"""The people whom a user follows across boxes."""
