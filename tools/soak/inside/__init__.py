"""The child process of Home Assistant, so that its memory can be measured."""
