"""The pytest fixture `feishu_mail_sandbox`.

Loaded in every pytest run of an environment that has feishu-mail, so it imports nothing of weight before it is used.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from feishu_mail_sandbox.control import SandboxControl


@pytest.fixture(scope="session")
def _shared_feishu_mail_sandbox() -> "Iterator[SandboxControl]":  # pyright: ignore[reportUnusedFunction]
    if find_spec("aiohttp") is None:
        pytest.fail('the sandbox needs aiohttp: pip install "feishu-mail[sandbox]"', pytrace=False)
    from feishu_mail_sandbox.running import running_sandbox

    with running_sandbox() as control:
        yield control


@pytest.fixture
def feishu_mail_sandbox(_shared_feishu_mail_sandbox: "SandboxControl") -> "SandboxControl":
    """A running sandbox in its initial state: `.base_url` for the client, and methods to prepare and inspect it."""
    _shared_feishu_mail_sandbox.reset()
    return _shared_feishu_mail_sandbox
