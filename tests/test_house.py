"""What the files around the packages promise: locks, packaging, the set-up script, the pages."""

from __future__ import annotations

import importlib
import pkgutil
import re
import shutil
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from models.errors import CaseError
from models.version import VERSION

ROOT = Path(__file__).parent.parent
PACKAGES = ("exports", "models", "store", "tui")
LOCKS = ("requirements.lock", "requirements-dev.lock")
PEERS = ".ci/peers.lock"
PIN = re.compile(r"^([a-z0-9-]+)(?:\[[a-z0-9,-]+\])?==([0-9][^ ]*)", re.MULTILINE)


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def project() -> dict[str, Any]:
    return tomllib.loads(text("pyproject.toml"))


def pins(lock: str) -> dict[str, str]:
    return dict(PIN.findall(text(lock)))


def named(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~]", line)[0].strip().lower() for line in requirements}


# --- locks


@pytest.mark.parametrize("lock", [*LOCKS, PEERS])
def test_a_lock_names_no_address_and_no_path(lock: str) -> None:
    assert re.findall(r"[/@]|--(?!hash=sha256:)|file:", text(lock)) == []


@pytest.mark.parametrize("lock", [*LOCKS, PEERS])
def test_every_package_in_a_lock_is_one_version_with_its_hashes(lock: str) -> None:
    entries = re.split(r"\n(?=[^ #])", text(lock).strip())

    assert len(entries) == len(pins(lock))
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_what_runs_is_locked_without_a_single_tool() -> None:
    metadata = project()["project"]

    assert named(metadata["dependencies"]) <= pins("requirements.lock").keys()
    assert named(metadata["optional-dependencies"]["dev"]) <= pins("requirements-dev.lock").keys()
    assert pins("requirements.lock").keys().isdisjoint({"pytest", "mypy", "ruff", "setuptools"})


def test_the_tests_run_with_the_very_versions_that_users_get() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


def test_peers_are_added_to_the_very_versions_that_the_tests_run_with() -> None:
    peers = named(project()["project"]["optional-dependencies"]["peers"])

    assert peers <= pins(PEERS).keys()
    assert peers.isdisjoint(pins("requirements-dev.lock"))
    assert {pin for pin in pins(PEERS).items() if pin[0] not in peers} <= (
        pins("requirements-dev.lock").items()
    )


# --- packages


def test_every_importable_folder_is_one_of_ours() -> None:
    found = {page.parent.name for page in ROOT.glob("*/__init__.py")}

    assert found == {*PACKAGES, "tests"}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_folder_with_code_is_left_out_of_the_wheel(package: str) -> None:
    folders = {page.parent for page in (ROOT / package).rglob("*.py")}

    assert [str(folder) for folder in folders if not (folder / "__init__.py").is_file()] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_data_file_is_declared_as_package_data(package: str) -> None:
    declared: dict[str, list[str]] = project()["tool"]["setuptools"]["package-data"]
    patterns = [f"{package}/{pattern}" for pattern in declared.get(package, [])]
    patterns += [f"*/{pattern}" for pattern in declared["*"]]
    files = (path for path in (ROOT / package).rglob("*") if path.is_file())
    data = [p.relative_to(ROOT).as_posix() for p in files if p.suffix not in {".py", ".pyc"}]

    assert [n for n in data if not any(fnmatch(n, pattern) for pattern in patterns)] == []


# --- run


def checkout(folder: Path, *, ready: bool) -> Path:
    """Lay out a checkout whose Python, when the set-up is complete, says its arguments."""
    folder.mkdir()
    for name in ("run", *LOCKS):
        shutil.copy(ROOT / name, folder / name)
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\nprintf \'%s\\n\' "$PWD" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    for name in LOCKS if ready else ():
        shutil.copy(folder / name, folder / ".venv" / name)
    return folder


def without_python(folder: Path) -> dict[str, str]:
    folder.mkdir()
    for name in ("sh", "readlink", "dirname", "cmp"):
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    return {"PATH": str(folder)}


def call(
    script: Path, *words: str, env: dict[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the script under test, with words of this file
        [script, *words], env=env, cwd=cwd, capture_output=True, text=True, check=False
    )


def test_run_works_through_a_link_from_any_folder_and_keeps_every_word(tmp_path: Path) -> None:
    home = checkout(tmp_path / "a folder", ready=True)
    link = tmp_path / "breachcase"
    link.symlink_to(home / "run")
    evidence = tmp_path / "evidence"
    evidence.mkdir()

    done = call(link, "show", "two words", "", "$HOME", cwd=evidence)

    said = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert said[:3] == [str(evidence), "-I", "-c"]
    assert said[-4:] == ["show", "two words", "", "$HOME"]


def test_run_test_runs_pytest_in_the_checkout(tmp_path: Path) -> None:
    home = checkout(tmp_path / "a folder", ready=True)

    done = call(home / "run", "test", "-k", "a or b", cwd=tmp_path)

    assert done.stdout.splitlines() == [str(home), "-I", "-m", "pytest", "-k", "a or b"]


@pytest.mark.parametrize("words", [(), ("test",)])
def test_without_a_python_run_says_so_in_one_line_and_a_hint(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    home = checkout(tmp_path / "a folder", ready=False)

    done = call(home / "run", *words, env=without_python(tmp_path / "bin"))

    assert (done.returncode, done.stdout) == (69, "")
    assert done.stderr.splitlines() == [
        "breachcase: error: no Python from 3.11 on was found",
        "breachcase: hint: install python3, version 3.11 or newer",
    ]


def test_a_set_up_that_was_interrupted_or_is_outdated_is_not_used(tmp_path: Path) -> None:
    home = checkout(tmp_path / "a folder", ready=True)
    with (home / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("# a newer lock\n")

    done = call(home / "run", env=without_python(tmp_path / "bin"))

    assert done.returncode == 69


# --- pages


def codes_in_use() -> set[int]:
    for package in PACKAGES:
        for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            importlib.import_module(module.name)
    found: set[type[CaseError]] = {CaseError}
    while more := {sub for kind in found for sub in kind.__subclasses__()} - found:
        found |= more
    return {kind.code for kind in found}


def test_every_exit_code_of_an_error_is_in_the_readme() -> None:
    rows = re.findall(r"^\| ([\d, ]+) \|", text("README.md"), re.MULTILINE)
    documented = {int(code) for row in rows for code in row.split(",")}

    assert codes_in_use() - documented == set()


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md", "NOTICE"])
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    named_files = re.findall(r"\b(?:docs/[\w.-]+|[A-Z]{4,}\.md|models/forms)", text(page))

    assert [name for name in named_files if not (ROOT / name).exists()] == []


def test_the_licence_is_apache_2_and_the_guide_is_credited() -> None:
    assert "Version 2.0, January 2004" in text("LICENSE")
    assert "APPENDIX: How to apply the Apache License" in text("LICENSE")
    assert "CC BY 3.0 AU" in text("NOTICE")


def test_the_changelog_keeps_what_is_unreleased_first() -> None:
    headings = re.findall(r"^## \[(.+?)\]", text("CHANGELOG.md"), re.MULTILINE)

    assert headings[0] == "Unreleased"


def test_the_version_is_three_numbers() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION)


def test_no_term_is_explained_twice_in_the_glossary() -> None:
    terms = re.findall(r"^\| ([^|]+) \|", text("docs/glossary.md"), re.MULTILINE)
    terms = [term for term in terms if term != "term"]

    assert sorted(terms) == sorted(set(terms))
