"""Votes inside the groups of a batch: which members are asked, and what the majority is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.schemas import VoteOut
from verifiers.base import Score, Verdict
from verifiers.engine.batch import Judge, Result
from verifiers.engine.engine import Engine
from verifiers.groups.vote import Poll, Vote, can_vote, count_votes

Votes = Mapping[str, VoteOut | None]


def accuracy(result: Result) -> Score:
    """The score that says whether the answer is right: the sample's own rule, else the recipe's first."""
    return result.scores[result.rollout.recipe.accuracy_place or 0]


def members(results: Sequence[Result]) -> dict[str, list[Result]]:
    """Return the results of each group, in the order in which the groups are first seen."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        if result.rollout.group is not None:
            groups.setdefault(result.rollout.group, []).append(result)
    return groups


async def group_votes(engine: Engine, results: Sequence[Result], until: float) -> Votes:
    """Let each group vote. None for a group whose rule has no equality of answers, or that the deadline came before.

    The batch is judged already, so a full queue does not refuse it.
    """
    groups = members(results)
    polls = {name: poll for name, group in groups.items() if (poll := _poll(group)) is not None}
    votes = await count_votes(engine, list(polls.values()), until, is_refusable=False)
    counted = dict(zip(polls, votes, strict=True))
    return {name: _written(vote, group) if (vote := counted.get(name)) else None for name, group in groups.items()}


def _poll(group: Sequence[Result]) -> Poll | None:
    judge = _common_judge(group)
    if judge is None or not can_vote(judge.verifier):
        return None
    return Poll(judge, [None if result.rollout.problem else result.rollout.sample for result in group])


def _common_judge(group: Sequence[Result]) -> Judge | None:
    """Return the rule that judges the answers of all members; None where they have several."""
    rollouts = [result.rollout for result in group if not result.rollout.problem]
    judges = [rollout.judges[rollout.recipe.accuracy_place or 0] for rollout in rollouts]
    return judges[0] if len({judge.spec for judge in judges}) == 1 else None


def _written(counted: Vote, group: Sequence[Result]) -> VoteOut:
    if counted.winner is None:
        was_judged = any(accuracy(result).value is not None for result in group)
        return VoteOut(None, 0, counted.of, False if was_judged else None)
    score = accuracy(group[counted.winner.members[0]])
    is_right = None if score.value is None else score.verdict is Verdict.CORRECT
    return VoteOut(counted.winner.answer, len(counted.winner.members), counted.of, is_right)
