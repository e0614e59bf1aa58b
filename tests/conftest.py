"""What every test can ask for: `db`, `live`, `page`, `smtp`, `clock` and their kin, made in tests/support."""

import os
from pathlib import Path

import pytest

pytest_plugins = [
    "tests.support.browser",
    "tests.support.clamav",
    "tests.support.clock",
    "tests.support.databases",
    "tests.support.figures",
    "tests.support.live",
    "tests.support.inside",
    "tests.support.mail",
    "tests.support.memory",
    "tests.support.network",
    "tests.support.openid",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--db` and `--pictures`."""
    parser.addoption(
        "--db", choices=("sqlite", "postgresql", "both"), default="both", help="databases to test on (default: both)"
    )
    parser.addoption("--pictures", type=Path, help="write the pictures of the guide into this folder")


def pytest_configure() -> None:
    """Forget how this machine's own Regie is set; tests say what they need."""
    for name in [name for name in os.environ if name.startswith("REGIE_") or name == "PORT"]:
        del os.environ[name]
