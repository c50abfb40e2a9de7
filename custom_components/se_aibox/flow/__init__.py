"""How boxes are found, added and changed."""
