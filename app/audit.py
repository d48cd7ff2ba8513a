"""An opt-in sample of verdicts, one JSON object a line, for people to review. It holds completions and ground truths.

Lines are written by a thread of their own, so a slow disk slows nobody down. What the disk does not take is counted and
lost: an audit never costs a reward. The file is opened for each batch of lines, so it may be moved away at any time.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import random
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from verifiers.engine.batch import Result
from verifiers.engine.frames import to_json

log = logging.getLogger("truegold.audit")

MAX_WAITING = 64  # batches of lines that the disk has not taken yet
CLOSE_S = 5.0
MAX_CHARS = 50_000  # of a completion: what is judged stands at its end


class Audit:
    """Write a share of all judged samples to a file."""

    def __init__(self, path: Path, share: float) -> None:
        self._path = path
        self._share = share
        self._chance = random.Random()
        self._waiting: queue.Queue[list[dict[str, Any]] | None] = queue.Queue(MAX_WAITING)
        self._writer = threading.Thread(target=self._write_all, name="audit", daemon=True)
        self._writer.start()

    def note(self, results: Sequence[Result], request_id: str) -> None:
        """Draw from finished results and hand the drawn ones to the writer. Never blocks."""
        drawn = [result for result in results if self._chance.random() < self._share]
        if not drawn:
            return
        try:
            self._waiting.put_nowait([_line(result, request_id) for result in drawn])
        except queue.Full:
            log.warning("the audit file is slow: %d lines are lost", len(drawn))

    def close(self) -> None:
        """Write what is waiting, and end."""
        with contextlib.suppress(queue.Full):
            self._waiting.put(None, timeout=CLOSE_S)
        self._writer.join(CLOSE_S)

    def _write_all(self) -> None:
        while (lines := self._waiting.get()) is not None:
            text = b"".join(to_json(line) + b"\n" for line in lines)
            try:
                with self._path.open("ab") as file:
                    file.write(text)
            except OSError as error:
                log.warning("the audit file cannot be written, %d lines are lost: %s", len(lines), error)


def _line(result: Result, request_id: str) -> dict[str, Any]:
    rollout = result.rollout
    return {
        "time": time.time(),
        "request_id": request_id,
        "id": rollout.id,
        "group": rollout.group,
        "recipe": rollout.recipe.name,
        "reward": result.reward.value,
        "scores": [
            {
                "verifier": judge.spec.name,
                "verdict": score.verdict,
                "score": score.value,
                "answer": score.answer,
                "detail": score.detail,
                "flags": score.flags,
            }
            for judge, score in zip(rollout.judges, result.scores, strict=False)
        ],
        "problem": rollout.problem,
        "prompt": rollout.sample.prompt,
        "completion": rollout.sample.completion[-MAX_CHARS:],
        "ground_truth": rollout.truth,
    }
