"""The service is killed in the middle of a training step and started anew; nothing is lost."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from tests.conftest import Service
from truegold import RewardClient
from truegold.adapters.trl import reward_functions

SLOW = (
    "```python\nimport time\nstop = time.process_time() + 0.05\nwhile time.process_time() < stop: pass\nprint({})\n```"
)
TESTS = {"tests": [{"stdin": "", "stdout": "0\n"}]}


class Counting(RewardClient):
    """A client that says when its second request goes out."""

    def _set_up(self, settings: Any) -> None:
        super()._set_up(settings)
        self.sent = 0
        self.is_under_way = threading.Event()

    def _send(self, step: Any) -> Any:
        self.sent += 1
        if self.sent > 2:
            self.is_under_way.set()
        return super()._send(step)


def test_no_sample_is_lost_and_none_is_judged_twice_for_the_trainer(tmp_path: Path) -> None:
    service = Service(tmp_path)
    service.start()
    completions = [SLOW.format(n % 2) for n in range(64)]
    with Counting(service.url, max_batch=8, concurrency=1, retries=12) as client:
        function, other = reward_functions(client, "accuracy", ["accuracy", "accuracy"])
        rewards: list[float | None] = []
        columns = {"prompts": [f"p{n}" for n in range(64)], "ground_truth": [TESTS] * 64}
        step = threading.Thread(target=lambda: rewards.extend(function(completions=completions, **columns)))
        step.start()
        assert client.is_under_way.wait(30)
        service.kill()
        service.start()
        step.join()
        sent = client.sent
        assert rewards == [float(n % 2 == 0) for n in range(64)]
        assert other(completions=completions, **columns) == rewards
        assert client.sent == sent
    service.stop()
