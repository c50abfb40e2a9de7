"""The handling of recognitions, for boxes of all kinds."""
