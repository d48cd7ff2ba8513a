"""What an operator may set, as TRUEGOLD_* environment variables. Nothing else in the service reads the environment."""

from __future__ import annotations

import difflib
import os
import re
import tempfile
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "TRUEGOLD_"
CLIENT_NAMES = frozenset({"TRUEGOLD_URL", "TRUEGOLD_TOKEN"})  # the client's own, on the trainer's side
HASHED_KEY = re.compile("sha256:[0-9a-f]{64}")
MIB = 2**20


class UnknownSetting(ValueError):
    """An environment variable that looks like ours and is not; the message lists those that are."""


class Settings(BaseSettings):
    """Flat on purpose: each field is one environment variable, TRUEGOLD_ and the field's name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    api_keys: Annotated[tuple[str, ...], NoDecode] = ()  # comma-separated; empty lets everybody in
    key_max_requests: int = Field(0, ge=0)  # under way at once with one key; 0 is no bound
    log_level: str = "info"
    audit_file: Path | None = None  # a sample of verdicts for review, with completions and ground truths in it
    audit_share: float = Field(0.01, ge=0, le=1)
    otlp_endpoint: str = Field("", pattern="^(https?://.+)?$")  # of an OpenTelemetry collector; empty traces nothing
    trace_share: float = Field(1.0, ge=0, le=1)  # of the requests that come without a decision of their caller's

    cores: int = Field(0, ge=0)  # 0: what affinity and cgroup quota allow
    max_body_bytes: int = Field(64 * MIB, ge=1024)  # after decompression
    max_open_bytes: int = Field(1024 * MIB, ge=1024)  # of the bodies of all open requests
    max_samples: int = Field(32_768, ge=1)
    max_backlog: int = Field(500_000, ge=1)
    default_deadline_s: float = Field(600.0, gt=0)
    max_deadline_s: float = Field(3600.0, gt=0)
    cache_entries: int = Field(100_000, ge=0)
    drain_s: float = Field(0.0, ge=0)  # on SIGTERM: how long to go on serving while /readyz says 503
    stop_s: float = Field(30.0, ge=1)  # and then: how long open requests have to end

    first_pass_s: float = Field(0.1, gt=0)
    worker_memory_mb: int = Field(1024, ge=128)
    math_max_budget_s: float = Field(60.0, gt=0)
    code_max_time_limit_s: float = Field(60.0, gt=0)
    code_max_total_time_limit_s: float = Field(3600.0, gt=0)  # of all tests of a sample
    code_max_memory_mb: int = Field(4096, ge=16)

    rules: Path | None = None  # a folder of your own verifiers (*.py) and recipes (*.toml)

    scratch_dir: Path = Field(default_factory=lambda: Path(tempfile.gettempdir()))
    sandbox_require: Annotated[tuple[str, ...], NoDecode] = ()  # comma-separated names of isolation layers
    sandbox_allow_weak: bool = False

    @field_validator("api_keys", "sandbox_require", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("api_keys")
    @classmethod
    def _readable(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        if any(key.startswith("sha256:") and not HASHED_KEY.fullmatch(key) for key in keys):
            raise ValueError("a key that begins with sha256: goes on with 64 hexadecimal digits")
        return keys

    @property
    def ceilings(self) -> dict[str, dict[str, float]]:
        """What callers' options may reach, by verifier."""
        return {
            "math": {"cpu_budget_s": self.math_max_budget_s},
            "code": {
                "time_limit_s": self.code_max_time_limit_s,
                "total_time_limit_s": self.code_max_total_time_limit_s,
                "memory_limit_mb": self.code_max_memory_mb,
            },
        }


def read_settings() -> Settings:
    """Read the environment once.

    Raises:
        UnknownSetting: a TRUEGOLD_* name that is no setting, which would otherwise be a typing mistake without effect.
        pydantic.ValidationError: a value that does not fit.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = {name for name in os.environ if name.startswith(PREFIX)} - known - CLIENT_NAMES
    if unknown:
        raise UnknownSetting("; ".join(_refusal(name, known) for name in sorted(unknown)))
    return Settings()


def _refusal(name: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(sorted(known))}"
    return f"no setting {name}; {hint}"
