"""The `format` rule: does the completion keep the layout that was asked for, and nothing but it?"""

from verifiers.rules.format.rule import Format

__all__ = ["Format"]
