"""Puts every layer on the process that is about to run a program. Nothing here may run after the program has begun."""

from __future__ import annotations

import os

from sandbox.isolation import landlock, privileges, rlimits, seccomp, users
from sandbox.zygote.order import Order


def prepare_zygote() -> None:
    """What the children of the warm interpreter inherit from it, and a fork server does not see to itself."""
    privileges.be_killed_first()
    rlimits.keep_thread_stacks_small()


def confine(order: Order, ruleset: int | None, capabilities: bytes = privileges.NO_CAPABILITIES) -> None:
    """Put on the layers of the order, in the only order that works: each takes away what the one before it needs.

    Raises:
        OSError: a layer could not be put on; the program must not run.
    """
    os.umask(0o077)
    os.chdir(order.scratch)
    rlimits.apply(order.ceilings)
    if order.niceness:
        os.nice(order.niceness)
    if order.uid is not None:
        users.become(order.uid)
    privileges.keep_capabilities(capabilities)
    privileges.set_dumpable(order.dumpable)
    privileges.die_with_parent()
    privileges.forbid_new_privileges()
    if ruleset is not None:
        landlock.restrict(ruleset, order.ruleset_flags)
        os.close(ruleset)
    if order.filter_:
        seccomp.install(order.filter_)
