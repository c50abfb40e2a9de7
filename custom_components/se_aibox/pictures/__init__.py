"""The pictures of recognitions, kept in memory only."""
