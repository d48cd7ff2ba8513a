"""What `GET /metrics` shows. Finished batches are counted by totals; a scrape reads the engine's own figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, Protocol

import prometheus_client as prometheus
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from app.bodies import BodyBudget
from app.version import VERSION
from verifiers.base import ABSTAINING, Verdict
from verifiers.engine.batch import Result, Timing
from verifiers.engine.engine import Load
from verifiers.engine.fingerprint import SCORING_VERSION

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4
UNREAD = "unread"  # stands for the rule of a sample that could not be read
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
NULL_CAUSES = sorted(ABSTAINING - {Verdict.NOT_APPLICABLE})


class Loaded(Protocol):
    """What has a load to show: `verifiers.engine.engine.Engine`."""

    @property
    def load(self) -> Load: ...


class Metrics:
    """The service's counters. Called on the event loop; a scrape may come from any thread."""

    def __init__(self, engine: Loaded, bodies: BodyBudget) -> None:
        prometheus.disable_created_metrics()  # type: ignore[no-untyped-call]  # the library left it without hints
        self.registry = prometheus.CollectorRegistry()
        self._scores = self._counter("scores", "Scores given, by verifier and verdict", "verifier", "verdict")
        self._verifier_s = self._counter("verifier_seconds", "Seconds spent judging", "verifier")
        self._nulls = self._counter("nulls", "Samples without a reward, by the verdict that abstained", "cause")
        self._replaced = self._counter("nulls_as_numbers", "Null rewards that a trainer was given a number for")
        self._samples = self._counter("samples", "Samples judged", "recipe")
        self._repeats = self._counter("samples_deduplicated", "Samples that were repeats of another in their batch")
        self._rewards = self._counter("rewards", "Rewards that are no null, by recipe", "recipe")
        self._reward_sum = self._counter("reward_sum", "Sum of rewards' sizes, by recipe and sign", "recipe", "sign")
        self._groups = self._counter("groups", "Groups with two or more rewards", "recipe")
        self._flat = self._counter("groups_zero_variance", "Groups whose rewards are all the same", "recipe")
        self._requests = self._counter("requests", "Requests answered", "route", "status")
        self._request_s = self._histogram("request_seconds", "Seconds from request to the end of its answer", "route")
        self._queue_s = self._histogram("queue_seconds", "Seconds until a batch's first sample was looked at")
        self.open_requests = self._gauge("requests_open", "Requests that are being served now")
        held = self._gauge("body_bytes_open", "Bytes of the bodies of open requests")
        held.set_function(lambda: bodies.held_bytes)
        info = self._gauge("build_info", "Always 1; the labels say what runs", "version", "scoring_version")
        info.labels(VERSION, SCORING_VERSION).set(1)
        for cause in NULL_CAUSES:
            self._nulls.labels(cause)
        for collector in (prometheus.ProcessCollector, prometheus.PlatformCollector, prometheus.GCCollector):
            collector(registry=self.registry)
        self.registry.register(_EngineFigures(engine))

    def judged(self, results: Sequence[Result], timing: Timing) -> int:
        """Count a finished batch by totals, and return its nulls."""
        self._queue_s.observe(timing.queue_ms / 1000)
        self._repeats.inc(timing.deduplicated)
        self._count_scores(results)
        by_recipe: dict[str, list[Result]] = defaultdict(list)
        for result in results:
            by_recipe[result.rollout.recipe.name].append(result)
        for recipe, own in by_recipe.items():
            self._samples.labels(recipe).inc(len(own))
            self._count_rewards(recipe, [value for result in own if (value := result.reward.value) is not None])
            self._count_groups(recipe, own)
        causes = Counter(failure.code for result in results if (failure := result.reward.error) is not None)
        for cause, count in causes.items():
            self._nulls.labels(cause).inc(count)
        return causes.total()

    def replaced(self, nulls: int) -> None:
        """Count nulls that went out as numbers."""
        self._replaced.inc(nulls)

    def answered(self, route: str, status: int, seconds: float) -> None:
        self._requests.labels(route, str(status)).inc()
        self._request_s.labels(route).observe(seconds)

    def text(self) -> bytes:
        return generate_latest(self.registry)

    def _count_scores(self, results: Sequence[Result]) -> None:
        verdicts: Counter[tuple[str, str]] = Counter()
        spent_ms: Counter[str] = Counter()
        for result in results:
            judges = result.rollout.judges
            if not judges:
                verdicts[UNREAD, result.scores[0].verdict] += 1
                continue
            for judge, score, ms in zip(judges, result.scores, result.ms, strict=True):
                name = judge.spec.name
                verdicts[name, score.verdict] += 1
                spent_ms[name] += ms  # type: ignore[assignment]  # a Counter adds floats as well
        for (name, verdict), count in verdicts.items():
            self._scores.labels(name, verdict).inc(count)
        for name, ms in spent_ms.items():
            self._verifier_s.labels(name).inc(ms / 1000)

    def _count_rewards(self, recipe: str, rewards: Sequence[float]) -> None:
        """A counter may only grow, so what recipes take away is summed apart."""
        self._rewards.labels(recipe).inc(len(rewards))
        self._reward_sum.labels(recipe, "plus").inc(sum(reward for reward in rewards if reward > 0))
        self._reward_sum.labels(recipe, "minus").inc(-sum(reward for reward in rewards if reward < 0))

    def _count_groups(self, recipe: str, results: Sequence[Result]) -> None:
        groups: dict[str, list[float]] = defaultdict(list)
        for result in results:
            if result.rollout.group is not None and result.reward.value is not None:
                groups[result.rollout.group].append(result.reward.value)
        comparable = [rewards for rewards in groups.values() if len(rewards) > 1]
        self._groups.labels(recipe).inc(len(comparable))
        self._flat.labels(recipe).inc(sum(min(rewards) == max(rewards) for rewards in comparable))

    def _counter(self, name: str, says: str, *labels: str) -> prometheus.Counter:
        return prometheus.Counter(f"truegold_{name}", says, labels, registry=self.registry)

    def _gauge(self, name: str, says: str, *labels: str) -> prometheus.Gauge:
        return prometheus.Gauge(f"truegold_{name}", says, labels, registry=self.registry)

    def _histogram(self, name: str, says: str, *labels: str) -> prometheus.Histogram:
        return prometheus.Histogram(f"truegold_{name}", says, labels, registry=self.registry, buckets=SECONDS)


class _EngineFigures(Collector):
    """The engine's own figures, read when somebody asks."""

    def __init__(self, engine: Loaded) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        load = self._engine.load
        depth = GaugeMetricFamily("truegold_queue_depth", "Judgements that wait for a turn", labels=["queue"])
        depth.add_metric(["light"], load.light_waiting)
        depth.add_metric(["heavy"], load.heavy_waiting)
        killed = CounterMetricFamily("truegold_workers_killed", "Workers that died over a sample", labels=["reason"])
        for reason, count in load.workers_killed.items():
            killed.add_metric([reason], count)
        yield depth
        yield killed
        yield GaugeMetricFamily("truegold_lanes", "Cores' worth of workers and sandbox slots", load.lanes)
        yield GaugeMetricFamily("truegold_lanes_busy", "Lanes that judge right now", load.lanes_busy)
        yield GaugeMetricFamily("truegold_cache_entries", "Scores remembered", load.cache_entries)
        yield CounterMetricFamily("truegold_cache_hits", "Judgements answered from memory", load.cache_hits)
        yield CounterMetricFamily("truegold_cache_misses", "Judgements looked for in memory in vain", load.cache_misses)
