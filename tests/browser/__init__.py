"""A user at a browser, before a real Home Assistant and an emulated box.

They run in an environment of their own, with the newest Home Assistant: `scripts/test-browser`.
"""
