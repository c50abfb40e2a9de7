"""Looks at a real box: what it is, what it says, and a recording that may be shared."""
