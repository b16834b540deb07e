"""How the sandbox's tests talk to it: over a real socket, as any client would."""

import http.client
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlsplit

import httpx
import pytest

from feishu_mail_sandbox import SandboxControl

Send = Callable[..., httpx.Response]
SendRaw = Callable[[str, str], tuple[int, str, bytes]]


@pytest.fixture
def sandbox(feishu_mail_sandbox: SandboxControl) -> SandboxControl:
    """A sandbox without its rate limit, for tests of everything else."""
    feishu_mail_sandbox.settings(rate_limit=None)
    return feishu_mail_sandbox


@pytest.fixture
def client(feishu_mail_sandbox: SandboxControl) -> Iterator[httpx.Client]:
    # Loading certificates, which nothing here needs, takes longer than most of the tests.
    with httpx.Client(base_url=feishu_mail_sandbox.base_url, timeout=10, trust_env=False, verify=False) as client:
        yield client


@pytest.fixture
def send(client: httpx.Client) -> Send:
    """Sends a draft as a correct client does."""

    def send_draft(
        draft_id: str, mailbox: str = "me", *, token: str = "u-test", content: bytes | None = None
    ) -> httpx.Response:
        path = f"/open-apis/mail/v1/user_mailboxes/{quote(mailbox, safe='')}/drafts/{quote(draft_id, safe='')}/send"
        return client.post(path, headers={"Authorization": f"Bearer {token}"}, content=content)

    return send_draft


@pytest.fixture
def send_raw(feishu_mail_sandbox: SandboxControl) -> SendRaw:
    """Sends a method and a request target exactly as given. Returns status, content type and body."""
    parts = urlsplit(feishu_mail_sandbox.base_url)

    def request(method: str, target: str) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
        try:
            connection.request(method, target, headers={"Authorization": "Bearer u-test"})
            answer = connection.getresponse()
            return answer.status, answer.headers["Content-Type"], answer.read()
        finally:
            connection.close()

    return request
