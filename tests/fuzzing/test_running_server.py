"""Which servers are fuzzed, and with which drafts."""

from pathlib import Path

import pytest

from feishu_mail_sandbox import SandboxControl
from fuzzing.draft_source import Draft, InvalidDrafts, ListedDrafts, NewDrafts, read_drafts
from fuzzing.running_server import CannotFuzz, draft_source, require_loopback, sandbox_at


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
    with pytest.raises(CannotFuzz, match="rate limit is on"):
        sandbox_at(feishu_mail_sandbox.base_url)
    assert feishu_mail_sandbox.settings()["rate_limit"] is not None


def test_new_drafts_have_the_wanted_id_and_an_ending_of_their_own(feishu_mail_sandbox: SandboxControl) -> None:
    feishu_mail_sandbox.settings(rate_limit=None)
    drafts = draft_source(None, sandbox_at(feishu_mail_sandbox.base_url))
    taken = [drafts.take(Draft("aba@aac.com", "草稿/%2F")) for _ in range(2)]
    assert isinstance(drafts, NewDrafts)
    assert len(set(taken)) == 2
    assert all(draft and draft.draft_id.startswith("草稿/%2F-fuzz-") for draft in taken)


def test_another_server_needs_a_list(tmp_path: Path) -> None:
    with pytest.raises(CannotFuzz, match="--drafts"):
        draft_source(None, None)
    path = tmp_path / "drafts"
    path.write_text("one\naba@aac.com\ttwo\n\n", encoding="utf-8")
    drafts = draft_source(path, None)
    assert isinstance(drafts, ListedDrafts)
    wanted = Draft("me", "wanted")
    assert [drafts.take(wanted) for _ in range(3)] == [Draft("me", "one"), Draft("aba@aac.com", "two"), None]


@pytest.mark.parametrize("text", ["", "\n", "one\none\n"])
def test_a_list_that_is_empty_or_names_a_draft_twice_is_refused(text: str) -> None:
    with pytest.raises(InvalidDrafts):
        read_drafts(text)
