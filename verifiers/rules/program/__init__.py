"""The verifier `code`: runs the completion's program on the ground truth's tests."""

from verifiers.rules.program.rule import Code

__all__ = ["Code"]
