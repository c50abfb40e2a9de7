"""The repair flows behind *Fix*."""
