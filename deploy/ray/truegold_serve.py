"""The service as a deployment of Ray Serve: the same application, made by the same factory, in each replica.

    serve run deploy.ray.truegold_serve:build             here, from the checkout
    serve deploy deploy/ray/serve.yaml                    on a cluster that runs

A replica owns `cores` cores; Ray does not pin processes, so the replica is told. Ray's proxy costs: for single small
requests nginx in front of plain services takes many times the rate, for batches of hundreds it does not matter.
"""

from __future__ import annotations

import os

from pydantic import BaseModel
from ray import serve
from ray.serve import Application

from app.main import create_app
from app.settings import read_settings

STOP_S = 40.0  # how long a replica that goes may finish what it has begun; above a request's usual time
OPEN_REQUESTS = 256  # a replica: the service queues by itself, and fairly


class Cluster(BaseModel):
    """What `args` of a Serve configuration, or `name=value` of `serve run`, may say."""

    cores: int = 4
    min_replicas: int = 2
    max_replicas: int = 64
    target_requests: float = 4.0  # open at once in a replica: more starts another replica


def build(cluster: Cluster) -> Application:
    """Return the application for a cluster. Settings of the service come from TRUEGOLD_* variables, as elsewhere."""
    own = {name: value for name, value in os.environ.items() if name.startswith("TRUEGOLD_")}
    variables = {**own, "TRUEGOLD_CORES": str(cluster.cores)}
    read_settings()  # a typing mistake ends the deployment here, not each replica in turn
    deployment = serve.deployment(
        serve.ingress(create_app)(Truegold),
        name="truegold",
        max_ongoing_requests=OPEN_REQUESTS,
        graceful_shutdown_timeout_s=STOP_S,
        health_check_period_s=5,
        health_check_timeout_s=10,
        ray_actor_options={"num_cpus": cluster.cores, "runtime_env": {"env_vars": variables}},
        autoscaling_config={
            "min_replicas": cluster.min_replicas,
            "max_replicas": cluster.max_replicas,
            "target_ongoing_requests": cluster.target_requests,
            "upscale_delay_s": 5,
            "downscale_delay_s": 900,  # a training step is a burst, and the next one comes
            "look_back_period_s": 10,
        },
    )
    return deployment.bind()


class Truegold:
    """One replica. The factory's lifespan starts and ends its workers."""
