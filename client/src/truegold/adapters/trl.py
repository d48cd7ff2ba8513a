"""TRL's GRPOTrainer, RLOOTrainer and AsyncGRPOTrainer, and Unsloth: several reward functions from one call.

>>> from truegold import RewardClient
>>> functions = reward_functions(RewardClient("http://localhost:8000"), "r1-zero", ["accuracy", "format"])
>>> [function.__name__ for function in functions]
['accuracy', 'format']

Give them to the trainer as `reward_funcs`, and their weights as `reward_weights` of its config.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Callable

from truegold.client import RewardClient
from truegold.encoding import to_json
from truegold.results import Result, Results

# Columns that hold what a completion is judged against, the most telling first. `solution` may be worked text.
TRUTH_COLUMNS = ("ground_truth", "reward_model", "verification_info", "answer", "solution")


def reward_functions(
    client: RewardClient,
    recipe: str | Mapping[str, Any] = "accuracy",
    components: Sequence[str] = (),
    *,
    truth_column: str | None = None,
    verifier: str = "auto",
) -> list[RewardFunction]:
    """Return one reward function for each named component of the recipe; without names one, of the recipe's reward.

    However many there are, each batch is judged once. A sample that could not be judged is None in all of them: TRL
    leaves it out, where a None in only one of them would count as 0.

    Args:
        client: Its `on_null` is not looked at.
        recipe: A name or an inline recipe. Its weights count for the single function only.
        components: Names of its components; they become the functions' names in the log.
        truth_column: The dataset's column to judge against. Default: the first of TRUTH_COLUMNS that is there.
        verifier: The rule for what the recipe calls the sample's own verifier.
    """
    batch = _Batch(client, recipe)
    names: list[str | None] = [*components] or [None]
    return [
        RewardFunction(batch, name, truth_column, verifier, is_first=place == 0) for place, name in enumerate(names)
    ]


class RewardFunction:
    """A reward function as TRL calls it: blocking, picklable, and with a name of its own in the log."""

    def __init__(
        self, batch: _Batch, component: str | None, truth_column: str | None, verifier: str, *, is_first: bool
    ) -> None:
        self.__name__ = component or "reward"
        self._batch = batch
        self._component = component
        self._truth_column = truth_column
        self._verifier = verifier
        self._is_first = is_first

    def __call__(
        self,
        prompts: Sequence[Any],
        completions: Sequence[Any],
        completion_ids: Sequence[Sequence[int]] | None = None,
        *,
        log_metric: Callable[[str, float], None] | None = None,
        log_extra: Callable[[str, list[Any]], None] | None = None,
        **columns: Any,
    ) -> list[float | None]:
        """Return one number a completion, None where it could not be judged.

        Raises:
            TruegoldError: the service could not be asked, or refused the request.
        """
        results = self._batch.score(self._samples(prompts, completions, completion_ids, columns))
        if self._is_first:
            _log(results, log_metric, log_extra)
        return [self._pay(result) for result in results]

    def _pay(self, result: Result) -> float | None:
        if result.error is not None:
            return None
        return result.reward if self._component is None else result.component(self._component).score

    def _samples(
        self,
        prompts: Sequence[Any],
        completions: Sequence[Any],
        completion_ids: Sequence[Sequence[int]] | None,
        columns: Mapping[str, Any],
    ) -> list[dict[str, Any]]:
        name = self._truth_column or next((name for name in TRUTH_COLUMNS if name in columns), None)
        given = {
            "prompt": prompts,
            "completion": completions,
            "ground_truth": columns[name] if name else None,
            "data_source": columns.get("data_source"),
            "completion_tokens": None if completion_ids is None else [len(ids) for ids in completion_ids],
        }
        present = {name: values for name, values in given.items() if values is not None}
        return [
            {"verifier": self._verifier, **{name: values[index] for name, values in present.items()}}
            for index in range(len(completions))
        ]


class _Batch:
    """The last batch's results, for the functions that come after the first."""

    def __init__(self, client: RewardClient, recipe: str | Mapping[str, Any]) -> None:
        self._client = client
        self._recipe = recipe
        self._forget()

    def _forget(self) -> None:
        self._lock = threading.Lock()  # functions may be called side by side; the others wait for the first
        self._key = b""
        self._results = Results()

    def score(self, samples: list[dict[str, Any]]) -> Results:
        key = hashlib.blake2b(to_json(samples, "samples")).digest()
        with self._lock:
            if key != self._key:
                self._results = self._client.score(samples, self._recipe)
                self._key = key
            return self._results

    def __getstate__(self) -> tuple[RewardClient, str | Mapping[str, Any]]:
        return self._client, self._recipe

    def __setstate__(self, state: tuple[RewardClient, str | Mapping[str, Any]]) -> None:
        self._client, self._recipe = state
        self._forget()


def _log(
    results: Results,
    log_metric: Callable[[str, float], None] | None,
    log_extra: Callable[[str, list[Any]], None] | None,
) -> None:
    """Log the share of samples that could not be judged, and each one's verdict beside its completion."""
    if log_metric is not None and results:
        log_metric("null_share", sum(result.error is not None for result in results) / len(results))
    if log_extra is not None:
        log_extra("verdict", [result.verdict for result in results])
