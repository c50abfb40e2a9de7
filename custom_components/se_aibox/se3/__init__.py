"""The SE3: a box that pushes to a webhook and keeps no history."""
