"""verl's custom reward functions. Each form that its reward managers call, with the same settings as `reward_kwargs`.

```yaml
reward:
  custom_reward_function:
    path: pkg://truegold.adapters.verl      # or the path of this file
    name: compute_score_async
    reward_kwargs: {url: "http://localhost:8000", recipe: r1-zero}
```

verl cannot take None: a sample that could not be judged gets `on_null`, and says so in `null`, which verl averages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from truegold.aio import AsyncRewardClient
from truegold.client import RewardClient
from truegold.results import Result

AUTO = "auto"
RETRIES = 8  # about a minute: longer than a service takes to come back


def compute_score(
    data_source: Any,
    solution_str: str,
    ground_truth: Any,
    extra_info: Any = None,  # noqa: ARG001 - verl's signature
    *,
    url: str | None = None,
    recipe: str = "accuracy",
    verifier: str = AUTO,
    on_null: float = 0.0,
    **_ignored: Any,
) -> dict[str, float]:
    """One sample, for the reward managers `naive` and `dapo`. The keys are the same for every sample of a recipe.

    Raises:
        TruegoldError: the service could not be asked, or refused the request.
    """
    samples = _samples([data_source], [solution_str], [ground_truth], verifier)
    return _numbers(_client(url).score(samples, recipe)[0], on_null)


async def compute_score_async(
    data_source: Any,
    solution_str: str,
    ground_truth: Any,
    extra_info: Any = None,  # noqa: ARG001 - verl's signature
    *,
    url: str | None = None,
    recipe: str = "accuracy",
    verifier: str = AUTO,
    on_null: float = 0.0,
    **_ignored: Any,
) -> dict[str, float]:
    """One sample, for the reward loop, which runs many of these side by side."""
    samples = _samples([data_source], [solution_str], [ground_truth], verifier)
    return _numbers((await _async_client(url).score(samples, recipe))[0], on_null)


def compute_score_batch(
    data_sources: Sequence[Any],
    solution_strs: Sequence[str],
    ground_truths: Sequence[Any],
    extra_infos: Sequence[Any] | None = None,  # noqa: ARG001 - verl's signature
    *,
    url: str | None = None,
    recipe: str = "accuracy",
    verifier: str = AUTO,
    on_null: float = 0.0,
    **_ignored: Any,
) -> list[dict[str, float]]:
    """All samples of a batch in one call, for the reward manager `batch`."""
    samples = _samples(data_sources, solution_strs, ground_truths, verifier)
    return [_numbers(result, on_null) for result in _client(url).score(samples, recipe)]


def compute_score_float(
    data_source: Any, solution_str: str, ground_truth: Any, extra_info: Any = None, **settings: Any
) -> float:
    """One sample, for the reward manager `prime`, which turns its whole batch into zeros when it is given a dict."""
    return compute_score(data_source, solution_str, ground_truth, extra_info, **settings)["score"]


def _samples(
    sources: Iterable[Any], completions: Iterable[str], truths: Iterable[Any], verifier: str
) -> list[Mapping[str, Any]]:
    return [
        {"completion": completion, "ground_truth": truth, "data_source": source, "verifier": verifier}
        for source, completion, truth in zip(sources, completions, truths)
    ]


def _numbers(result: Result, on_null: float) -> dict[str, float]:
    is_null = result.error is not None or result.reward is None
    scores = {name: score or 0.0 for name, score in result.scores.items()}
    first = next(iter(scores.values()), 0.0)
    return {
        **scores,
        "acc": scores.get("accuracy", first),  # verl's name for what validation reports
        "null": float(is_null),
        "score": on_null if is_null or result.reward is None else float(result.reward),
    }


# Clients open their connections in the process, thread and event loop that uses them.
@lru_cache(maxsize=8)
def _client(url: str | None) -> RewardClient:
    return RewardClient(url, retries=RETRIES)


@lru_cache(maxsize=8)
def _async_client(url: str | None) -> AsyncRewardClient:
    return AsyncRewardClient(url, retries=RETRIES, concurrency=64)
