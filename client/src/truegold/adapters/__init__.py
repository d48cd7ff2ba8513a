"""Trainers that load a Python function: a few lines each, which import nothing of the trainer."""
