from contextlib import contextmanager, suppress


class Items:
    def __init__(self):
        self._items, self.closed = [], False

    def add(self, item):
        self._items.append(item)

    def total(self):
        return sum(self._items)


@contextmanager
def collect():
    items = Items()
    yield items
    items.closed = True
