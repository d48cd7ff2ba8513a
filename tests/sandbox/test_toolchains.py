"""Toolchains: what is missing is named with its package, and what does not work is found out before it is used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.base import LanguageUnavailable, Limits, Outcome, Program, Status
from sandbox.languages import discover
from sandbox.languages.bash import LANGUAGE as BASH
from sandbox.run import Sandbox
from sandbox.toolchains import Toolchain, Toolchains, look_for

LANGUAGES = sorted({language.name for language in discover().values()})


@pytest.mark.parametrize("name", LANGUAGES)
def test_each_language_says_hello(sandbox: Sandbox, name: str) -> None:
    if sandbox.languages()[name] is None:
        pytest.skip(f"{sandbox.package(name)} is not installed")
    slot = sandbox.open_slot()
    source = discover()[name].hello or "print('hello')"
    assert slot.run(Program(name, source), Limits(cpu_s=30.0)).stdout == b"hello\n"
    slot.close()


def test_a_missing_toolchain_names_its_package() -> None:
    missing = replace(BASH, version_command=("no_such_shell", "--version"), package="no-such-shell")
    with pytest.raises(LanguageUnavailable, match="no no_such_shell; install no-such-shell"):
        look_for(missing)


def test_a_toolchain_that_does_not_start_names_its_package() -> None:
    broken = replace(BASH, version_command=("false",))
    with pytest.raises(LanguageUnavailable, match=r"false does not work .*; install bash"):
        look_for(broken)


def test_a_version_and_a_home_are_found() -> None:
    found = look_for(BASH)
    assert found.version[0].isdigit()
    assert Path(found.files["bash"]).is_file()
    assert found.command(("bash", "{source}", "{home}", "{ x }"), source="a") == [
        found.files["bash"],
        "a",
        found.home,
        "{ x }",
    ]


def test_a_toolchain_proves_itself_once() -> None:
    toolchains, runs = Toolchains({"bash": BASH}, other_users=False), list[Toolchain]()

    def run_hello(toolchain: Toolchain) -> Outcome:
        runs.append(toolchain)
        return Outcome(Status.OK, stdout=b"hello\n")

    assert toolchains.proven(BASH, run_hello) is toolchains.proven(BASH, run_hello)
    assert len(runs) == 1


def test_a_toolchain_that_fails_its_test_is_not_served_and_says_why() -> None:
    toolchains = Toolchains({"bash": BASH}, other_users=False)
    failing = Outcome(Status.NONZERO_EXIT, stderr=b"cannot find my library")
    for _ in range(2):
        with pytest.raises(LanguageUnavailable, match="cannot find my library; install bash"):
            toolchains.proven(BASH, lambda _: failing)


def test_a_toolchain_that_other_users_cannot_read_is_not_served_where_programs_are_other_users(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    private = replace(BASH, home_command=("echo", str(closed)))
    with pytest.raises(LanguageUnavailable, match="another user could not read"):
        Toolchains({"bash": private}, other_users=True).find(private)


def test_a_language_whose_functions_nobody_calls_is_unavailable_for_calls(sandbox: Sandbox) -> None:
    slot = sandbox.open_slot()
    with pytest.raises(LanguageUnavailable, match="functions are not called in c"):
        slot.run(Program("c", "int f(void) { return 1; }", answers_calls=True), Limits(), b"", (b"{}",))
    slot.close()
