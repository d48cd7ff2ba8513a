import unittest


def gap(values):
    return unittest.SkipTest("not today")
