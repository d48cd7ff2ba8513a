from collections import namedtuple

Point = namedtuple("Point", "x y")


class ParseError(ValueError):
    pass


def parse(text):
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        name, equals, value = line.partition("=")
        if not equals:
            raise ParseError(f"line {number}: {line}")
        found[name] = float(value)
    return found


def show(found):
    for name, value in found.items():
        print(f"{name}={value}")


def origin():
    return Point(0, 0)

def show(found):
    print(found)
