"""Definitions don't change unseen: neither what is said of a figure, nor how it is counted."""

import ast
import hashlib
from pathlib import Path

from app.domain.definitions import DEFINITION_VERSION, DEFINITIONS, VERSIONS

ROOT = Path(__file__).resolve().parents[2]
COUNTING = (
    "app/domain/statistics.py",
    "app/domain/survival.py",
    "app/domain/observations.py",
    "app/domain/own_clocks.py",
    "app/store/figures/heirs.py",
    "app/store/figures/selecting.py",
    "app/store/figures/own_clocks.py",
    "app/store/figures/observations.py",
    "app/store/figures/expressions.py",
    "app/store/figures/histograms.py",
    "app/store/figures/singles.py",
    "app/store/figures/placed.py",
    "app/store/figures/statistics.py",
    "app/store/figures/holding.py",
    "app/store/figures/on_the_way.py",
)
WORDS = {1: "c5a74c58b35ee00c", 2: "80f2bab9a693b1fd"}
CODE = {1: "cc0b415a6d212734", 2: "b0551979a15c6b51"}


def words_now() -> str:
    """One hash over all that is said of the figures."""
    told = [(one.key, one.name, one.sentence, one.formula, one.source) for one in DEFINITIONS]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def code_now() -> str:
    """One hash over what counts them: the code as it is run, without its comments and docstrings."""
    digest = hashlib.sha256()
    for name in COUNTING:
        tree = ast.parse((ROOT / name).read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
                node.body = node.body[1:] or [ast.Pass()]
        digest.update(ast.unparse(tree).encode())
    return digest.hexdigest()[:16]


def test_what_is_said_of_a_figure_changes_with_its_version_only() -> None:
    assert WORDS.get(DEFINITION_VERSION) == words_now(), (
        "The words of a definition changed: add a Version in app/domain/definitions.py, and its fingerprint here."
    )


def test_how_a_figure_is_counted_changes_with_its_version_only() -> None:
    assert CODE.get(DEFINITION_VERSION) == code_now(), (
        "The code that counts changed. If a figure may come out otherwise, add a Version in app/domain/definitions.py; "
        "if none can (tests/store/test_statistics.py counts by brute force), put the new fingerprint here."
    )


def test_versions_are_numbered_one_by_one_in_time() -> None:
    assert [one.number for one in VERSIONS] == list(range(1, len(VERSIONS) + 1))
    assert [one.since for one in VERSIONS] == sorted(one.since for one in VERSIONS)
    assert set(WORDS) == set(CODE) == {one.number for one in VERSIONS}


def test_each_figure_is_defined_once_in_words_formula_and_source() -> None:
    assert len({one.key for one in DEFINITIONS}) == len(DEFINITIONS)
    assert all(one.name and one.sentence.endswith(".") and one.formula and one.source for one in DEFINITIONS)
