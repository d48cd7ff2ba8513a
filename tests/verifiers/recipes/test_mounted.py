"""An operator's own folder: what is in it is checked at the start, and each fault is told with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from verifiers.mounted import BadRules, source_digest
from verifiers.recipes.catalogue import Recipes
from verifiers.registry import Registry

VERIFIER = '''
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from verifiers.base import Json, Sample, Score, Verdict, register


@register
@dataclass(frozen=True, slots=True)
class Shout:
    """Score 1 when the completion shouts."""

    name: ClassVar[str] = "shout"
    heavy: ClassVar[bool] = False
    needs_truth: ClassVar[bool] = False
    truth_forms: ClassVar[tuple[str, ...]] = ()
    example: ClassVar[Mapping[str, Json]] = {"completion": "NO", "ground_truth": None}

    def verify(self, sample: Sample, truth: Json) -> Score:
        return Score(Verdict.CORRECT, 1.0) if sample.completion.isupper() else Score(Verdict.INCORRECT, 0.0)

    def check_truth(self, truth: Json) -> None: ...
'''
RECIPE = '[[components]]\nname = "accuracy"\nverifier = "$sample"\n\n[[components]]\nname = "loud"\nverifier = "shout"\nweight = 0.5\n'


def load(folder: Path) -> Recipes:
    return Recipes.load(Registry.discover(mounted=folder), folder)


def test_mounted_verifiers_and_recipes_stand_beside_ours(tmp_path: Path) -> None:
    (tmp_path / "shout.py").write_text(VERIFIER)
    (tmp_path / "loud.toml").write_text(RECIPE)
    recipes = load(tmp_path)
    assert {"shout", "math"} <= set(recipes.registry.names)
    assert {"loud", "r1"} <= set(recipes.by_name)
    assert source_digest(recipes.registry.rules["shout"])
    assert not any("shout" in name for name in recipes.registry.preload)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import no_such_module_here\n", "line 1: ModuleNotFoundError"),
        ("x = 1\ndef broken(:\n", "line 2: SyntaxError"),
        ("x = 1\n\nraise RuntimeError('not today')\n", "line 3: RuntimeError: not today"),
        ("x = 1\n", "no verifier in it"),
        (VERIFIER.replace("frozen=True", "frozen=False"), "must be a frozen dataclass"),
        (VERIFIER.replace('"shout"', '"math"'), "is there already"),
        (VERIFIER.replace("    heavy: ClassVar[bool] = False\n", ""), "lacks heavy"),
        (VERIFIER.replace('"shout"', '""'), "needs a name"),
        (VERIFIER.replace("    heavy:", "    volume: 'Decibel' = 3\n    heavy:"), "the options of Shout: NameError"),
    ],
)
def test_a_verifier_that_cannot_be_used_is_told_with_its_file(tmp_path: Path, source: str, said: str) -> None:
    (tmp_path / "shout.py").write_text(source)
    with pytest.raises(BadRules) as caught:
        load(tmp_path)
    assert str(tmp_path / "shout.py") in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (RECIPE.replace("shout", "shuot"), 7, "no verifier 'shuot'"),
        (RECIPE.replace("weight", "wieght"), 8, "wieght"),
        (RECIPE + "options = { volum = 3 }\n", 9, "volum"),
        (RECIPE + "values = { corect = 1.0 }\n", 9, "corect"),
        (RECIPE.replace("weight = 0.5", 'weight = "much"'), 5, "components[1].weight"),
        (RECIPE.replace("weight = 0.5", "weight = 3.0\nshaping = true"), 1, "lift a wrong completion"),
        ("[[components]]\nname = \n", None, "line 2"),
        ('title = "nothing"\n', 1, "components"),
        (RECIPE + "range = [-1.0, inf]\n", 5, "range"),
    ],
)
def test_a_recipe_that_cannot_be_used_is_told_with_file_and_line(
    tmp_path: Path, text: str, line: int | None, said: str
) -> None:
    (tmp_path / "shout.py").write_text(VERIFIER)
    (tmp_path / "loud.toml").write_text(text)
    with pytest.raises(BadRules) as caught:
        load(tmp_path)
    where = str(tmp_path / "loud.toml") + (f", line {line}:" if line else "")
    assert where in str(caught.value)
    assert said in str(caught.value)


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r1.toml").write_text(RECIPE.replace("shout", "format"))
    with pytest.raises(BadRules, match="is there already"):
        load(tmp_path)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadRules, match="TRUEGOLD_RULES"):
        load(tmp_path / "nowhere")
