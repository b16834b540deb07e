"""Where the built distributions are, when `make test-wheel` runs the tests."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def distributions() -> Path | None:
    """The folder with the wheel under test and its sdist; None when the working tree is tested."""
    folder = os.environ.get("FEISHU_MAIL_DISTRIBUTIONS")
    return Path(folder) if folder else None
