"""Bad input gets a clear error before anything is sent."""

import sys
import unicodedata
from typing import Any

import httpx
import pytest

from feishu_mail import (
    AsyncFeishuMail,
    AuthenticationError,
    ClientClosedError,
    FeishuMail,
    FeishuMailError,
    InvalidArgument,
    RetryPolicy,
)
from feishu_mail.calls.arguments import check_id, shown
from feishu_mail_sandbox.control import SandboxControl
from tests.overlay.conftest import Outcomes

BAD_IDS = ["", " ", "\u3000", ".", "..", "a\nb", "a\x00", "\x7f", "\x85", "\ud800", None, 5, b"x", True]


@pytest.mark.parametrize("bad", BAD_IDS)
@pytest.mark.parametrize("name", ["draft_id", "user_mailbox_id"])
def test_an_id_that_is_no_id_is_refused_before_anything_is_sent(
    name: str, bad: Any, outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl
) -> None:
    ids = {"draft_id": "draft", name: bad}

    result = outcome_of(base_url=feishu_mail_sandbox.base_url, **ids)

    assert isinstance(result, InvalidArgument)
    assert isinstance(result, ValueError)
    assert name in str(result)
    assert result.outcome == "not_done"
    assert feishu_mail_sandbox.requests() == []


def test_each_character_is_accepted_or_refused_for_its_kind_alone() -> None:
    for character in map(chr, range(sys.maxunicode + 1)):
        if unicodedata.category(character) in ("Cc", "Cs"):
            with pytest.raises(InvalidArgument):
                check_id("draft_id", f"a{character}")
        else:
            assert check_id("draft_id", f"a{character}") == f"a{character}"


@pytest.mark.parametrize("bad", [None, "", "  ", "\t", "Bearer u-secret", "u-se cret", "u-secret\r\nX: y", "u-密", 5])
def test_a_token_that_is_no_token_is_refused(bad: Any, outcome_of: Outcomes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FEISHU_USER_ACCESS_TOKEN", raising=False)

    result = outcome_of("draft", access_token=bad)

    assert isinstance(result, AuthenticationError)
    assert "FEISHU_USER_ACCESS_TOKEN" in str(result)
    assert "secret" not in str(result)


def test_a_blank_environment_variable_is_no_token(outcome_of: Outcomes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEISHU_USER_ACCESS_TOKEN", " ")

    result = outcome_of("draft", access_token=None)

    assert isinstance(result, AuthenticationError)
    assert "FEISHU_USER_ACCESS_TOKEN" in str(result)


def test_the_environment_names_token_and_service(
    outcome_of: Outcomes, monkeypatch: pytest.MonkeyPatch, feishu_mail_sandbox: SandboxControl
) -> None:
    monkeypatch.setenv("FEISHU_USER_ACCESS_TOKEN", "u-environment")
    monkeypatch.setenv("FEISHU_BASE_URL", feishu_mail_sandbox.base_url)

    result = outcome_of(feishu_mail_sandbox.create_draft(), access_token=None)

    assert result.outcome == "sent" if isinstance(result, FeishuMailError) else result.message_id


@pytest.mark.parametrize(
    "bad",
    [
        *("", "open.feishu.cn", "//open.feishu.cn", "ftp://open.feishu.cn", "https://", "http://open.feishu.cn"),
        *("https://user:pass@open.feishu.cn", "https://open.feishu.cn?x=1", "https://open.feishu.cn#x", "https://[", 5),
        *("https://open.feishu.cn?", "https://open.feishu.cn#"),
        *("https://x/\ud800", "https://xn--a", f"https://{'a' * 64}.example.com", "https://a..b", "https://a b"),
        *("https://x:65536", "https://x:0", "http://127.0.0.1:-1"),
        *("http://127.0.0.1.example.com", "http://10.0.0.1", "http://localhost.example.com"),
    ],
)
def test_a_base_url_that_cannot_be_used_is_refused(bad: Any, outcome_of: Outcomes) -> None:
    result = outcome_of("draft", base_url=bad)

    assert isinstance(result, InvalidArgument)
    assert "base_url" in str(result)
    assert "pass" not in str(result).replace("pass allow_insecure_http", "")


def test_a_blank_base_url_in_the_environment_is_a_mistake_and_not_the_real_service(
    outcome_of: Outcomes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEISHU_BASE_URL", "")

    result = outcome_of("draft")

    assert isinstance(result, InvalidArgument)
    assert "FEISHU_BASE_URL" in str(result)


def test_a_client_that_was_refused_its_arguments_still_has_a_repr() -> None:
    mail = FeishuMail.__new__(FeishuMail)
    with pytest.raises(InvalidArgument):
        FeishuMail.__init__(mail, access_token="u-x", base_url="nope")
    assert repr(mail) == "FeishuMail(base_url=None)"


@pytest.mark.parametrize("good", ["http://localhost", "http://127.0.0.1:80", "http://[::1]:8080", "https://x/prefix/"])
def test_a_base_url_that_keeps_the_token_safe_is_accepted(good: str) -> None:
    FeishuMail(access_token="u-x", base_url=good).close()


def test_plain_http_elsewhere_must_be_asked_for() -> None:
    FeishuMail(access_token="u-x", base_url="http://10.0.0.1", allow_insecure_http=True).close()


HUGE = pytest.param(10**400, id="huge")


@pytest.mark.parametrize("bad", [0, -1, float("nan"), float("inf"), HUGE, "5", True, httpx.Timeout(0), 1e10])
def test_a_timeout_that_makes_no_sense_is_refused(bad: Any, outcome_of: Outcomes) -> None:
    result = outcome_of("draft", timeout=bad)

    assert isinstance(result, InvalidArgument)
    assert "timeout" in str(result)


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        *(("max_attempts", value) for value in (0, -1, -(10**5000), 1.5, "3", True, None)),
        *(("max_seconds", value) for value in (0, -1, float("nan"), 10**400, "9", True)),
        *(("initial_backoff", value) for value in (-1, float("nan"), float("inf"), None)),
        *(("max_backoff", value) for value in (-1, float("inf"))),
        *(("jitter", value) for value in (-0.1, float("inf"))),
        *(("after_unknown", value) for value in ("retry", "", None)),
    ],
    ids=shown,
)
def test_a_policy_that_makes_no_sense_is_refused_at_construction(name: str, bad: Any) -> None:
    with pytest.raises(InvalidArgument, match=name):
        RetryPolicy(**{name: bad})


@pytest.mark.parametrize(
    ("client", "wrong"), [(FeishuMail, httpx.AsyncClient), (AsyncFeishuMail, httpx.Client), (FeishuMail, dict)]
)
def test_an_http_client_of_the_wrong_kind_is_refused(client: Any, wrong: Any) -> None:
    with pytest.raises(InvalidArgument, match="http_client"):
        client(access_token="u-x", http_client=wrong())


@pytest.mark.parametrize("name", ["sleep", "on_retry"])
@pytest.mark.parametrize("client", [FeishuMail, AsyncFeishuMail])
def test_what_is_to_be_called_must_be_callable(client: Any, name: str) -> None:
    with pytest.raises(InvalidArgument, match=f"{name} must be callable"):
        client(access_token="u-x", **{name: 5})


class OfOnesOwn(str):
    """A text whose class makes something else of it."""

    __slots__ = ()
    strip = __eq__ = __str__ = __len__ = __hash__ = lambda self, *_: 1 / 0  # type: ignore[assignment]


def test_a_text_is_what_it_holds_and_not_what_a_class_of_the_callers_makes_of_it(
    feishu_mail_sandbox: SandboxControl,
) -> None:
    draft_id, token = OfOnesOwn(feishu_mail_sandbox.create_draft()), OfOnesOwn("u-x")
    with FeishuMail(access_token=token, base_url=OfOnesOwn(feishu_mail_sandbox.base_url)) as mail:
        mail.drafts.get(draft_id, format=OfOnesOwn("metadata"))  # type: ignore[arg-type]
        assert mail.drafts.send(draft_id).message_id


def test_only_true_allows_plain_http() -> None:
    with pytest.raises(InvalidArgument, match="allow_insecure_http must be of type bool, not str"):
        FeishuMail(access_token="u-x", allow_insecure_http="false")  # type: ignore[arg-type]


def test_a_retry_policy_must_be_one() -> None:
    with pytest.raises(InvalidArgument, match="retry must be of type RetryPolicy"):
        FeishuMail(access_token="u-x", retry=3)  # type: ignore[arg-type]


def test_a_closed_client_says_so() -> None:
    with FeishuMail(access_token="u-x", base_url="http://127.0.0.1:9") as mail:
        pass
    with pytest.raises(ClientClosedError) as caught:
        mail.drafts.send("draft")
    assert (caught.value.outcome, caught.value.attempts) == ("not_done", 0)


def test_ids_too_long_for_a_url_are_refused(outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl) -> None:
    result = outcome_of("x" * 100_000, base_url=feishu_mail_sandbox.base_url)

    assert isinstance(result, InvalidArgument)
    assert feishu_mail_sandbox.requests() == []
