from dataclasses import dataclass, field


class InsufficientFunds(ValueError):
    pass


@dataclass
class Account:
    name: str
    balance: float = 0
    is_open: bool = True
    history: list = field(default_factory=list, compare=False)

    def interest(self, rate):
        return self.balance * rate

    def deposit(self, amount):
        if amount < 0:
            raise ValueError
        self.balance += amount
        self.history.append(amount)

    def withdraw(self, amount):
        error = InsufficientFunds(f"{amount} is too much")
        error.missing = amount - self.balance
        raise error

    def __iter__(self):
        yield from self.history

    def __len__(self):
        return len(self.history)

    def __str__(self):
        return f"{self.name}: {self.balance}"
