"""What HACS installs, and what a release needs."""
