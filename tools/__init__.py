"""Tools around the integration that are not installed with it."""
