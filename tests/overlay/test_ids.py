"""Whatever an id contains, the service gets that very id."""

from enum import Enum

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from feishu_mail import FeishuMail
from feishu_mail_sandbox.control import SandboxControl

IDS = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=40).filter(
    lambda text: bool(text.strip()) and text not in (".", "..")
)


@given(draft_id=IDS, mailbox=IDS)
@example(draft_id="a/b?c#d%e f", mailbox="研发@例子.公司")
@example(draft_id="%2e%2e", mailbox="..%2f..")
@example(draft_id="...", mailbox="a+b@x.com")
@example(draft_id="tfuh9N4WnzU6jdDw=", mailbox="Me")
@example(draft_id=" lead", mailbox="trail ")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_id_arrives_as_it_is(draft_id: str, mailbox: str, feishu_mail_sandbox: SandboxControl) -> None:
    feishu_mail_sandbox.reset()
    feishu_mail_sandbox.create_draft(draft_id, user_mailbox_id=mailbox)
    with FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url) as mail:
        sent = mail.drafts.send(draft_id, user_mailbox_id=mailbox)

    (request,) = feishu_mail_sandbox.requests()
    assert (request["draft_id"], request["user_mailbox_id"]) == (draft_id, mailbox)
    assert sent.draft_id == draft_id


class DraftOfMine(str, Enum):  # noqa: UP042 -- its other str is the matter
    """As people name things; its ``str`` is not its value."""

    NEWSLETTER = "newsletter/1"


def test_a_string_of_the_callers_own_kind_is_the_text_that_it_holds(feishu_mail_sandbox: SandboxControl) -> None:
    feishu_mail_sandbox.create_draft("newsletter/1")
    with FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url) as mail:
        assert mail.drafts.get(DraftOfMine.NEWSLETTER).id == "newsletter/1"
        mail.drafts.send(DraftOfMine.NEWSLETTER)
    assert [mail["draft_id"] for mail in feishu_mail_sandbox.deliveries()] == ["newsletter/1"]
