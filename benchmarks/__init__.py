"""Benchmarks: the integration compared with lower bounds and an MQTT bridge."""
