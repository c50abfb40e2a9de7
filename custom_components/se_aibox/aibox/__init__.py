"""The box client: everything that speaks with an SE AI box, without Home Assistant."""
