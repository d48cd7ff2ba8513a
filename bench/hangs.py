"""Sixteen short answers on which math-verify, left alone, runs for longer than anybody waits.

Each is a formula that a policy could write: within any reasonable bound on length, digits, exponents and nesting.
`python -m bench.hangs` shows that they do hang, by comparing each with 1 for ten seconds without a time limit.
"""

from __future__ import annotations

import logging
import multiprocessing

HANG_S = 10.0

HANGS = (
    r"\lim_{x \to 0} \frac{\int_0^{x} \sin(t^3) e^{\cos t} dt}{x^4}",
    r"\lim_{x \to 0} \frac{\int_0^{x} \sin(t^5) e^{\cos t} dt}{x^6}",
    r"\lim_{x \to 0} \frac{\int_0^{x} \tan(t^3) e^{\cos t} dt}{x^4}",
    r"\lim_{x \to 0} \frac{\int_0^{x} \sin(t^2) e^{\sin t} dt}{x^3}",
    r"\lim_{x \to 0} \frac{\int_0^{x} \tan(t^2) e^{\sin t} dt}{x^3}",
    r"\lim_{x \to 0} \frac{\int_0^{x} \sin(t^3) e^{t^2+\cos t} dt}{x^4}",
    r"\lim_{x \to 0} \frac{\int_0^{x} \sin(t^4) e^{\cos t} dt}{x^5}",
    r"\lim_{x \to 0} \frac{\int_0^{x} \sin(t^2) e^{t^4+\cos t} dt}{x^3}",
    r"\lim_{x \to 0} \frac{\int_0^{x} \sin(t^4) e^{\sin t} dt}{x^5}",
    r"\lim_{x \to 0} \frac{\int_0^{x} \tan(t^4) e^{\sin t} dt}{x^5}",
    r"\lim_{x \to 0} \frac{\int_0^{x} \sin(t^2) e^{t^3+\cos t} dt}{x^3}",
    r"\lim_{x \to 0} \frac{\int_0^{x} \tan(t^2) e^{t^2+\cos t} dt}{x^3}",
    r"(x+y+z+w)^{60}(x-y+z-w)^{60}(x+1)^{50}",
    r"(\sin x+\cos y+\tan z)^{40}(\sin y-\cos z+x)^{40}(\tan x+y)^{30}",
    r"\int_0^{\infty} \frac{\sin(x^3+\cos x)}{x^2+e^x} dx",
    r"\sum_{n=1}^{100000000} \frac{1}{n^2+\sin(n)}",
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
