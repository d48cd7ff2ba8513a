class Half(float):
    def __eq__(self, other):
        return False

    __hash__ = float.__hash__

def halve(x):
    return Half(x / 2)  # what it holds is right, whatever it says of itself
