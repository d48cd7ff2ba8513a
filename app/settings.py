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
    """Flat on purpose: each field is one environment variable, TRUEGOLD_ and the field's name in capitals.

    The end of a name says the unit. `python -m app settings` prints all of this as docs/settings.md.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True)

    host: str = Field("127.0.0.1", description="beyond loopback without a key it says so in the log")
    port: int = Field(8000, ge=0, le=65535, description="0 takes a free one")
    api_keys: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="comma-separated; none lets everybody in. They come as Bearer, or as Basic in "
        "`http://any:key@host`, and all but `/healthz` and `/readyz` want one, `/metrics` too. A key may be given as "
        "its hash: `sha256:` and what "
        "`printf %s KEY | sha256sum` prints. Keys take turns, and where there are none connections do",
    )
    key_max_requests: int = Field(
        0,
        ge=0,
        description="POSTs under way at once with one key; 0 is no bound. Above it 429 with Retry-After, and trainers' "
        "own protocols wait",
    )
    log_level: str = Field("info", description="`info` writes a line a request, some 70 us; `warning` does not")
    audit_file: Path | None = Field(
        None,
        description="a share of all verdicts as JSON lines, **with completions and ground truths**, for review",
    )
    audit_share: float = Field(0.01, ge=0, le=1, description="which share that is")
    otlp_endpoint: str = Field(
        "",
        pattern="^(https?://.+)?$",
        description="an OpenTelemetry collector, such as `http://collector:4318`; none traces nothing",
    )
    trace_share: float = Field(
        1.0, ge=0, le=1, description="of the requests that come without a decision of their caller's"
    )

    cores: int = Field(0, ge=0, description="lanes; 0 takes what CPU affinity and cgroup quota allow")
    max_body_bytes: int = Field(64 * MIB, ge=1024, description="of one request, unpacked; 413 above")
    max_open_bytes: int = Field(
        1024 * MIB,
        ge=1024,
        description="of the bodies of all open requests; 429 with Retry-After above, and trainers' own protocols wait",
    )
    max_samples: int = Field(32_768, ge=1, description="in one request; 413 above")
    max_backlog: int = Field(
        500_000,
        ge=1,
        description="judgements that wait; 429 with Retry-After above, and trainers' own protocols wait",
    )
    default_deadline_s: float = Field(600.0, gt=0, description="of a request that names none")
    max_deadline_s: float = Field(3600.0, gt=0, description="of any request")
    cache_entries: int = Field(100_000, ge=0, description="scores remembered; 0 remembers none")
    drain_s: float = Field(
        0.0, ge=0, description="after SIGTERM: how long everything is served on while `/readyz` says 503"
    )
    stop_s: float = Field(
        30.0,
        ge=1,
        description="after that: how long open requests have. Three seconds before its end the rest gets `deadline`",
    )

    first_pass_s: float = Field(
        0.1,
        gt=0,
        description="CPU of the first pass over mathematics; what takes longer goes behind the rest of its request",
    )
    worker_memory_mb: int = Field(1024, ge=128, description="address space that a comparison may add")
    math_max_budget_s: float = Field(
        60.0, gt=0, description="ceiling of what a caller may ask for: CPU of a comparison"
    )
    code_max_time_limit_s: float = Field(60.0, gt=0, description="the same: CPU of a test")
    code_max_total_time_limit_s: float = Field(3600.0, gt=0, description="the same: CPU of all tests of a sample")
    code_max_memory_mb: int = Field(4096, ge=16, description="the same: memory of a program")

    rules: Path | None = Field(
        None, description="a folder of your own verifiers (`*.py`) and recipes (`*.toml`), checked at the start"
    )

    scratch_dir: Path = Field(
        default_factory=lambda: Path(tempfile.gettempdir()), description="where programs run; by default the system's"
    )
    sandbox_require: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="comma-separated layers without which it must not start, such as `landlock,seccomp`"
    )
    sandbox_allow_weak: bool = Field(
        False, description="run programs though no layer keeps them apart: only where nothing of value is"
    )

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
