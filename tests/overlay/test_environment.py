"""An odd environment ends in one of our exceptions with advice, and no proxy is asked for this machine itself."""

import ipaddress
import os
import socket
from pathlib import Path

import httpx
import pytest

from feishu_mail import AsyncFeishuMail, ConfigurationError, FeishuMail, FeishuMailError, InvalidArgument, RetryPolicy
from feishu_mail_sandbox.control import SandboxControl
from tests.overlay.conftest import Outcomes
from tests.overlay.one_answer_server import answering

ONCE = RetryPolicy(max_attempts=1)
PROXY_VARIABLES = (
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
)


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXY_VARIABLES:
        monkeypatch.delenv(name, raising=False)


UNUSABLE = [
    {"HTTPS_PROXY": "socks5://127.0.0.1:1"},
    {"ALL_PROXY": "socks5h://127.0.0.1:1"},
    {"HTTPS_PROXY": "gopher://secret-password@127.0.0.1"},
    {"HTTPS_PROXY": "http://[secret-password"},
    {"HTTPS_PROXY": "http://127.0.0.1:secret-password"},
    {"HTTPS_PROXY": "http://127.0.0.1:99999"},
    {"SSL_CERT_FILE": "/nowhere/at/all.pem"},
    {"SSL_CERT_FILE": os.devnull},
    {"SSLKEYLOGFILE": "/nowhere/at/all.log"},
]


@pytest.mark.parametrize("variables", UNUSABLE, ids=str)
@pytest.mark.parametrize("client", [FeishuMail, AsyncFeishuMail])
def test_an_environment_that_cannot_be_used_is_said_at_once(
    client: type[FeishuMail], variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as caught:
        client(access_token="u-x")
    assert not isinstance(caught.value, InvalidArgument)
    assert "http_client" in caught.value.advice
    assert "secret-password" not in f"{caught.value!s} {caught.value.__cause__!s}"


def test_a_certificate_file_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("not a certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with pytest.raises(ConfigurationError, match="SSL_CERT_FILE"):
        FeishuMail(access_token="u-x")


def test_with_a_client_of_ones_own_the_environment_is_that_clients_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/at/all.pem")
    with httpx.Client(verify=False) as http_client:
        FeishuMail(access_token="u-x", http_client=http_client).close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("proxy", ["http://127.0.0.1:{port}", "socks5://127.0.0.1:1", "gopher://x"])
def test_no_proxy_is_asked_for_this_machine(
    proxy: str, host: str, feishu_mail_sandbox: SandboxControl, monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.format(port=free_port))
    base_url = feishu_mail_sandbox.base_url.replace("127.0.0.1", host)
    with FeishuMail(access_token="u-x", base_url=base_url, retry=RetryPolicy(max_attempts=1)) as mail:
        assert mail.drafts.send(feishu_mail_sandbox.create_draft()).message_id


def test_a_proxy_is_asked_for_other_machines_and_gets_the_token_of_plain_http_only_where_that_was_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with answering("200 OK", b'{"code":0,"data":{}}') as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.base_url)
        monkeypatch.setenv("HTTPS_PROXY", proxy.base_url)
        once = RetryPolicy(max_attempts=1)
        base_url = "http://mail.example.com"
        with FeishuMail(access_token="u-plain", base_url=base_url, allow_insecure_http=True, retry=once) as mail:
            assert mail.drafts.send("d").attempts == 1
        assert proxy.requests[0].startswith(b"POST http://mail.example.com/open-apis/mail/v1/")
        with (
            FeishuMail(access_token="u-tunnel", retry=once) as mail,
            pytest.raises(Exception, match="UNREACHABLE"),
        ):
            mail.drafts.send("d")
        assert proxy.requests[1].startswith(b"CONNECT open.feishu.cn:443")
        assert b"u-tunnel" not in b"".join(proxy.requests)
        monkeypatch.setenv("NO_PROXY", "feishu.cn")
        assert FeishuMail(access_token="u-x")._caller.options.route.proxy is None


@pytest.mark.parametrize("allow_insecure_http", [False, True])
def test_a_name_for_this_machine_that_leads_to_another_gets_no_token_in_the_clear(
    allow_insecure_http: bool, outcome_of: Outcomes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering("200 OK", b'{"code":0,"data":{}}') as server:
        resolve, is_loopback = socket.getaddrinfo, property(lambda _: False)
        monkeypatch.setattr(socket, "getaddrinfo", lambda _, *rest, **options: resolve("127.0.0.1", *rest, **options))
        # A test cannot count on this machine having another address.
        monkeypatch.setattr(ipaddress.IPv4Address, "is_loopback", is_loopback)
        base_url = server.base_url.replace("127.0.0.1", "mail.localhost")
        result = outcome_of("d", base_url=base_url, retry=ONCE, allow_insecure_http=allow_insecure_http)
        assert (b"u-test" in b"".join(server.requests)) == allow_insecure_http
    if isinstance(result, FeishuMailError):
        assert (result.outcome, result.name) == ("not_done", "UNREACHABLE")
        assert "another machine" in str(result)
    else:
        assert allow_insecure_http
