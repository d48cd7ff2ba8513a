"""The verifier `countdown`: does an equation reach the target with the numbers that were given?"""

from verifiers.rules.countdown.rule import Countdown

__all__ = ["Countdown"]
