"""Sixteen short answers on which math-verify, left alone, runs for longer than anybody waits.

Each is a formula that a policy could write: within any reasonable bound on length, digits, exponents and nesting.
`python -m bench.hangs` shows that they do hang, by comparing each with 1 for ten seconds without a time limit.
"""

from __future__ import annotations

import logging
import multiprocessing

HANG_S = 10.0

HANGS = (
    r"(x+y+z+w)^{60}(x-y+z-w)^{60}(x+1)^{50}",
    r"(a+b+c+d)^{55}(a-b+c-d)^{65}(a+2)^{40}",
    r"(p+q+r+s)^{70}(p-q-r-s)^{50}(q+3)^{45}",
    r"\frac{(x+y+z)^{40}-(x-y-z)^{40}}{(x^2+y^2+z^2)^{20}+(x+2y+3z)^{40}}",
    r"\frac{(a+b+c)^{42}-(a-b-c)^{42}}{(a^2+b^2+c^2)^{21}+(a+3b+2c)^{42}}",
    r"(\sin x+\cos y+\tan z)^{40}(\sin y-\cos z+x)^{40}(\tan x+y)^{30}",
    r"(\sin a+\cos b+\tan c)^{42}(\sin b-\cos c+a)^{38}(\tan a+b)^{32}",
    r"(\cos x+\sin z+y)^{45}(\tan y-\sin x+z)^{41}(\cos z+x)^{35}",
    r"\int_0^{\pi} \sin^{40}(x)\cos^{40}(3x) e^{x} dx",
    r"\int_0^{\pi} \sin^{36}(2x)\cos^{38}(5x) e^{x} dx",
    r"\int_0^{\infty} \frac{\sin(x^3+\cos x)}{x^2+e^x} dx",
    r"\int_0^{\infty} \frac{\cos(x^3+\sin x)}{x^4+e^x} dx",
    r"\sum_{n=1}^{100000000} \frac{1}{n^2+\sin(n)}",
    r"\sum_{n=1}^{200000000} \frac{1}{n^3+\cos(n)}",
    r"\prod_{n=1}^{100000000} \frac{n+1}{n+\sqrt{2}}",
    r"\prod_{n=1}^{200000000} \frac{n+2}{n+\sqrt{3}}",
)

_spawn = multiprocessing.get_context("spawn")


def main() -> None:
    for answer in HANGS:
        print(f"{'hangs' if hangs(answer) else 'ENDS ':5} {answer}", flush=True)


def hangs(answer: str) -> bool:
    """Whether a comparison with 1 still runs after HANG_S seconds; it is killed then."""
    process = _spawn.Process(target=_compare, args=(answer,), daemon=True)
    process.start()
    process.join(HANG_S)
    still_runs = process.is_alive()
    process.kill()
    process.join()
    return still_runs


def _compare(answer: str) -> None:
    from math_verify import parse, verify

    logging.disable(logging.CRITICAL)
    gold = parse("$1$", parsing_timeout=None)
    verify(gold, parse(rf"\boxed{{{answer}}}", parsing_timeout=None), timeout_seconds=None)


if __name__ == "__main__":
    main()
