"""Reads LaTeX and plain text into trees; `reader.read` is the way in."""
