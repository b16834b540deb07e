"""Which servers are fuzzed, and with which drafts."""

import pytest

from feishu_mail_sandbox import SandboxControl
from fuzzing.fuzz_run import Draft
from fuzzing.running_server import CannotFuzz, read_drafts, require_loopback, sandbox_at


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8080", "http://[::1]:8080", "http://localhost:8080"])
def test_a_server_on_this_machine_is_fuzzed(base_url: str) -> None:
    require_loopback(base_url)


@pytest.mark.parametrize(
    "base_url", ["https://open.feishu.cn", "http://192.0.2.1", "http://127.0.0.1.example", "127.0.0.1:8080", ""]
)
def test_no_other_server_is(base_url: str) -> None:
    with pytest.raises(CannotFuzz, match="not on this machine"):
        require_loopback(base_url)


def test_a_sandbox_with_its_rate_limit_on_is_left_alone(feishu_mail_sandbox: SandboxControl) -> None:
    before = feishu_mail_sandbox.settings()
    with pytest.raises(CannotFuzz, match="rate limit is on"):
        sandbox_at(feishu_mail_sandbox.base_url)
    assert feishu_mail_sandbox.settings() == before


def test_a_list_names_mailboxes_where_it_is_not_the_own_one() -> None:
    assert read_drafts("one\naba@aac.com\ttwo\n\n") == [Draft("me", "one"), Draft("aba@aac.com", "two")]


@pytest.mark.parametrize("text", ["", "\n", "one\none\n"])
def test_a_list_that_is_empty_or_names_a_draft_twice_is_refused(text: str) -> None:
    with pytest.raises(CannotFuzz):
        read_drafts(text)
