"""Client of truegold: rule-based rewards for reinforcement learning, over HTTP."""

from truegold.aio import AsyncRewardClient
from truegold.client import RewardClient
from truegold.errors import (
    BadRequest,
    Busy,
    ConfigurationError,
    EncodingError,
    NullReward,
    ProtocolError,
    ServiceError,
    TooLarge,
    TruegoldError,
    Unauthorized,
    Unreachable,
)
from truegold.results import Component, Group, Result, Results, SampleError
from truegold.samples import Sample

__version__ = "0.1.0"

__all__ = [
    "AsyncRewardClient",
    "BadRequest",
    "Busy",
    "Component",
    "ConfigurationError",
    "EncodingError",
    "Group",
    "NullReward",
    "ProtocolError",
    "Result",
    "Results",
    "RewardClient",
    "Sample",
    "SampleError",
    "ServiceError",
    "TooLarge",
    "TruegoldError",
    "Unauthorized",
    "Unreachable",
]
