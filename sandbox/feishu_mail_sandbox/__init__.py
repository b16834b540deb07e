"""A stand-in for the Feishu/Lark service that sends mail drafts, with real state, for tests.

From Python: ``running_sandbox`` starts one inside the process, ``SandboxControl`` steers any running one, and pytest
users get the fixture ``feishu_mail_sandbox``. From anything else: ``python -m feishu_mail_sandbox --port 0``.

Importing this package loads neither the server nor aiohttp; both wait until a sandbox is started.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from feishu_mail_sandbox.control import SandboxControl, SandboxRefusal
    from feishu_mail_sandbox.running import running_sandbox

__all__ = ["SandboxControl", "SandboxRefusal", "running_sandbox"]


def __getattr__(name: str) -> Any:
    if name == "running_sandbox":
        from feishu_mail_sandbox.running import running_sandbox

        return running_sandbox
    if name in __all__:
        from feishu_mail_sandbox import control

        return getattr(control, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
