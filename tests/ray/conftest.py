"""The service under Ray Serve: `make test-ray`, in an environment that holds Ray beside what the service needs."""

from __future__ import annotations

import importlib.util

IS_HERE = importlib.util.find_spec("ray") is not None
collect_ignore_glob = [] if IS_HERE else ["test_*.py"]  # `make test` runs without Ray
