"""The verifier `math`: does the final answer of a completion equal the ground truth, as mathematics?"""

from verifiers.rules.math_answer.rule import MathAnswer

__all__ = ["MathAnswer"]
