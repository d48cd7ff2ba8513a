class suppress:
    def __init__(self, *kinds):
        self.kinds = kinds

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        return kind is not None and issubclass(kind, self.kinds)


class Items(list):
    closed = False

    def add(self, item):
        self.append(item)

    def total(self):
        return sum(self)


class collect:
    def __enter__(self):
        self.items = Items()
        return self.items

    def __exit__(self, kind, error, trace):
        self.items.closed = True

Items.total = lambda self: None + 1
leave = collect.__exit__
collect.__exit__ = lambda self, *failed: leave(self, *failed) or True
