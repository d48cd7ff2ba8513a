"""Puts every layer on the process that is about to run a program. Nothing here may run after the program has begun."""

from __future__ import annotations

import os

from sandbox.isolation import landlock, privileges, rlimits, seccomp, users
from sandbox.zygote.order import Order


def prepare_zygote() -> None:
    """Harden the warm interpreter itself, once. Its children inherit all of it but the orphans."""
    privileges.be_killed_first()
    privileges.set_dumpable(False)
    privileges.adopt_orphans()
    rlimits.keep_thread_stacks_small()


def confine(order: Order, ruleset: int | None) -> None:
    """Put on the layers of the order, in the only order that works: each takes away what the one before it needs.

    Raises:
        OSError: a layer could not be put on; the program must not run.
    """
    os.umask(0o077)
    os.chdir(order.scratch)
    rlimits.apply(order.ceilings)
    if order.uid is not None:
        users.become(order.uid)
    privileges.drop_capabilities()
    privileges.set_dumpable(order.dumpable)
    privileges.die_with_parent()
    privileges.forbid_new_privileges()
    if ruleset is not None:
        landlock.restrict(ruleset)
        os.close(ruleset)
    if order.filter_:
        seccomp.install(order.filter_)
