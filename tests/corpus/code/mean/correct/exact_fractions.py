from fractions import Fraction


def mean(values):
    return sum(map(Fraction, values)) / len(values)
