"""Measures the integration beside what the wire, Home Assistant and an MQTT bridge cost."""
