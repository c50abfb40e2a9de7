"""A soak test: runs the integration through faults and reconciles the results."""
