"""What the service says of itself, and that each example it shows works."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import httpx
import pytest

from app.settings import Settings, UnknownSetting, read_settings


def test_every_verifier_s_example_scores_one(http: httpx.Client) -> None:
    listed = http.get("/v1/verifiers").json()["verifiers"]
    assert {"math", "code", "format"} <= {item["name"] for item in listed}
    for item in listed:
        judged = http.post(f"/v1/verify/{item['name']}", json=item["example"]).json()
        assert judged["score"] == 1.0, (item["name"], judged)
        assert item["options"]["properties"]
        assert item["summary"]


def test_every_recipe_s_example_is_judged(http: httpx.Client) -> None:
    listed = http.get("/v1/recipes").json()["recipes"]
    assert {"accuracy", "r1-zero", "gated"} <= {item["name"] for item in listed}
    for item in listed:
        assert http.post("/v1/rewards", json=item["example"]).json()["rewards"][0] is not None
        assert item["source"]


def test_a_curl_line_of_the_catalogue_works_when_pasted(http: httpx.Client) -> None:
    (math,) = [item for item in http.get("/v1/verifiers").json()["verifiers"] if item["name"] == "math"]
    pasted = subprocess.run(math["curl"], shell=True, capture_output=True, text=True, timeout=30, check=True)
    assert '"verdict":"correct"' in pasted.stdout


def test_every_example_of_the_openapi_document_works(http: httpx.Client) -> None:
    document: dict[str, Any] = http.get("/openapi.json").json()
    posts = {path: item["post"] for path, item in document["paths"].items() if "post" in item}
    assert set(posts) >= {"/v1/rewards", "/v1/verify/{verifier}"}
    for path, post in posts.items():
        example = post["requestBody"]["content"]["application/json"]["example"]
        answer = http.post(path.replace("{verifier}", "math").replace("{recipe}", "accuracy"), json=example)
        assert answer.status_code == 200, answer.text


def test_each_language_has_a_version_or_names_the_package_that_brings_it(http: httpx.Client) -> None:
    listed = {item.pop("name"): item for item in http.get("/v1/languages").json()["languages"]}
    assert set(listed) >= {"python", "c", "cpp", "javascript", "typescript", "java", "go", "rust", "bash"}
    assert listed["python"]["version"] == ".".join(map(str, sys.version_info[:3]))
    assert all((item["version"] is None) is ("package" in item) for item in listed.values())


def test_ready_names_what_is_in_force(http: httpx.Client) -> None:
    body = http.get("/readyz").json()
    assert body["status"] == "ready"
    assert body["isolation"]
    assert http.get("/healthz").status_code == 200


def test_version_names_release_and_scoring(http: httpx.Client) -> None:
    assert {"version", "scoring_version"} <= set(http.get("/version").json())


def test_a_setting_that_does_not_exist_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUEGOLD_PROT", "9000")
    with pytest.raises(UnknownSetting, match="TRUEGOLD_PORT"):
        read_settings()


def test_the_client_s_own_names_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUEGOLD_URL", "http://elsewhere")
    monkeypatch.setenv("TRUEGOLD_SANDBOX_REQUIRE", "landlock, seccomp")
    assert read_settings().sandbox_require == ("landlock", "seccomp")
    assert isinstance(read_settings(), Settings)
