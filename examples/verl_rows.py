"""Rows as verl's dataset has them, through each form of the custom reward function: try yours before a run.

pip install ./client
make serve                                       (in another terminal)
TRUEGOLD_URL=http://127.0.0.1:8000 python examples/verl_rows.py
"""

from __future__ import annotations

import asyncio

from truegold.adapters import verl

RECIPE = "r1-zero"
ROWS = [
    ("openai/gsm8k", "<think>6*7 = 42</think><answer>\\boxed{42}</answer>", "42"),
    ("math_dapo", "<think>6*7 = 41</think><answer>\\boxed{41}</answer>", "42"),
    ("taco", "```python\nprint(2 * int(input()))\n```", '{"inputs": ["3\\n"], "outputs": ["6\\n"]}'),
    ("openai/gsm8k", "\\boxed{42}", None),  # a row without a label: null, paid as 0
]


async def side_by_side() -> list[dict[str, float]]:
    """As the reward loop does: `name=compute_score_async`."""
    return await asyncio.gather(*[verl.compute_score_async(*row, extra_info={}, recipe=RECIPE) for row in ROWS])


def main() -> None:
    sources, completions, truths = zip(*ROWS, strict=True)
    one_by_one = [verl.compute_score(*row, recipe=RECIPE) for row in ROWS]  # managers naive and dapo
    together = verl.compute_score_batch(sources, completions, truths, recipe=RECIPE)  # manager batch
    numbers = [verl.compute_score_float(*row, recipe=RECIPE) for row in ROWS]  # manager prime
    for (source, _, _), paid in zip(ROWS, together, strict=True):
        print(source, paid)
    same = one_by_one == together == asyncio.run(side_by_side()) and numbers == [paid["score"] for paid in together]
    print("all forms say the same" if same else "the forms differ")


if __name__ == "__main__":
    main()
