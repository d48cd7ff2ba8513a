"""The verifier `choice`: does a completion choose the option that is right, by its label or its text?"""

from verifiers.rules.choice.rule import Choice

__all__ = ["Choice"]
