"""What an operator may set, as TRUEGOLD_* environment variables. Nothing else in the service reads the environment."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "TRUEGOLD_"
CLIENT_NAMES = frozenset({"TRUEGOLD_URL", "TRUEGOLD_TOKEN"})  # the client's own, on the trainer's side
MIB = 2**20


class UnknownSetting(ValueError):
    """An environment variable that looks like ours and is not; the message lists those that are."""


class Settings(BaseSettings):
    """Flat on purpose: each field is one environment variable, TRUEGOLD_ and the field's name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    api_keys: Annotated[tuple[str, ...], NoDecode] = ()  # comma-separated; empty lets everybody in
    log_level: str = "info"

    cores: int = Field(0, ge=0)  # 0: what affinity and cgroup quota allow
    max_body_bytes: int = Field(64 * MIB, ge=1024)  # after decompression
    max_samples: int = Field(32_768, ge=1)
    max_backlog: int = Field(500_000, ge=1)
    default_deadline_s: float = Field(600.0, gt=0)
    max_deadline_s: float = Field(3600.0, gt=0)
    cache_entries: int = Field(100_000, ge=0)

    first_pass_s: float = Field(0.1, gt=0)
    worker_memory_mb: int = Field(1024, ge=128)
    math_max_budget_s: float = Field(60.0, gt=0)
    code_max_time_limit_s: float = Field(60.0, gt=0)
    code_max_memory_mb: int = Field(4096, ge=16)

    rules: Path | None = None  # a folder of your own verifiers (*.py) and recipes (*.toml)

    scratch_dir: Path = Field(default_factory=lambda: Path(tempfile.gettempdir()))
    sandbox_require: Annotated[tuple[str, ...], NoDecode] = ()  # comma-separated names of isolation layers
    sandbox_allow_weak: bool = False

    @field_validator("api_keys", "sandbox_require", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @property
    def ceilings(self) -> dict[str, dict[str, float]]:
        """What callers' options may reach, by verifier."""
        return {
            "math": {"cpu_budget_s": self.math_max_budget_s},
            "code": {"time_limit_s": self.code_max_time_limit_s, "memory_limit_mb": self.code_max_memory_mb},
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
        raise UnknownSetting(f"no setting {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}")
    return Settings()
