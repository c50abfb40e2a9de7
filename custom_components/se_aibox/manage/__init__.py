"""The flow that enrolls, changes and deletes people."""
