"""The contenders, each in its own process."""
