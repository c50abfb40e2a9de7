"""What becomes of a recognition, whatever box it is from."""
