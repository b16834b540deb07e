"""The exceptions: grouped by what to do next, whole after pickling, clear when read."""

import copy
import pickle
import traceback

import pytest

from feishu_mail import (
    GET_DRAFT,
    OPERATIONS,
    SEND_DRAFT,
    Affects,
    APIError,
    AuthenticationError,
    ErrorFacts,
    FeishuMail,
    FeishuMailError,
    InvalidArgument,
    MailboxRefusedError,
    Operation,
    Outcome,
    OutcomeUnknown,
    PermissionDeniedError,
    QuotaExceededError,
    RateLimitError,
    RequestRefusedError,
    Retry,
    SendDraftErrorCode,
    ServiceUnavailableError,
    exception_for,
)
from feishu_mail.outcomes.facts import Texts
from feishu_mail.outcomes.failures import Failure, failure_of
from feishu_mail.outcomes.own_facts import NO_ANSWER, OWN_FACTS
from feishu_mail_sandbox.control import SandboxControl

ALL = [
    pytest.param(operation, facts, id=f"{operation.name}-{facts.name}")
    for operation in OPERATIONS
    for facts in (*operation.errors.values(), *operation.refusals, *OWN_FACTS)
    if not (operation.writes and facts.outcome is Outcome.DONE)
]

GROUPS = [
    (Retry.AFTER_REFRESH, Affects.CREDENTIAL, AuthenticationError),
    (Retry.AFTER_QUOTA, Affects.TENANT, QuotaExceededError),
    (Retry.AFTER_DELAY, Affects.MAILBOX, RateLimitError),
    (Retry.AFTER_RESET, Affects.APP, RateLimitError),
    (Retry.NEVER, Affects.REQUEST, RequestRefusedError),
    (Retry.NEVER, Affects.DRAFT, RequestRefusedError),
    (Retry.NEVER, Affects.MAILBOX, MailboxRefusedError),
    (Retry.NEVER, Affects.TENANT, PermissionDeniedError),
    (Retry.NEVER, Affects.APP, PermissionDeniedError),
    (Retry.NEVER, Affects.CREDENTIAL, PermissionDeniedError),
]


@pytest.mark.parametrize(("retry", "affects", "group"), GROUPS)
@pytest.mark.parametrize("operation", [SEND_DRAFT, GET_DRAFT], ids=repr)
def test_a_code_finds_its_group_by_its_facts_alone(
    operation: Operation, retry: Retry, affects: Affects, group: type[FeishuMailError]
) -> None:
    texts = Texts("text", "文字")
    facts = ErrorFacts(
        name="ANY", code=1, outcome=Outcome.NOT_DONE, retry=retry, affects=affects, summary=texts, advice=texts
    )
    assert type(exception_for(failure_of(operation, facts, http_status=400))) is group


@pytest.mark.parametrize(("operation", "facts"), ALL)
def test_unknown_is_a_type_of_its_own_and_every_other_type_of_a_write_means_not_done(
    operation: Operation, facts: ErrorFacts
) -> None:
    error = exception_for(failure_of(operation, facts))
    assert isinstance(error, OutcomeUnknown) == (error.outcome == "unknown")
    assert error.outcome in (("not_done", "unknown") if operation.writes else (None,))
    assert not isinstance(error, APIError) or error.outcome != "unknown"


@pytest.mark.parametrize("facts", [NO_ANSWER, GET_DRAFT.errors[1236019]], ids=lambda facts: facts.name)
def test_a_read_that_got_no_usable_answer_found_no_service(facts: ErrorFacts) -> None:
    error = exception_for(failure_of(GET_DRAFT, facts, http_status=500 if facts.code else None))
    assert type(error) is ServiceUnavailableError


@pytest.mark.parametrize(("operation", "facts"), ALL)
def test_exceptions_survive_pickling_and_copying_and_can_be_kept_in_sets(
    operation: Operation, facts: ErrorFacts
) -> None:
    failure = failure_of(
        operation, facts, code=5, msg="text", detail={"helps": [{"url": "x"}]}, ids={"draft_id": "draft"}, attempts=3
    )
    error = exception_for(failure)

    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(twin) is type(error)
        assert (twin.failure.without_words(), twin.draft_id, twin.attempts) == (failure.without_words(), "draft", 3)
        assert (str(twin), repr(twin)) == (str(error), repr(error))
    assert len({error, error}) == 1
    kept = pickle.loads(pickle.dumps(error))
    assert (kept.msg, kept.detail, kept.data) == (None, {}, {})
    assert (error.msg, error.detail) == ("text", {"helps": [{"url": "x"}]})


def risk(msg: str, **said: object) -> Failure:
    return failure_of(SEND_DRAFT, SEND_DRAFT.errors[1236014], code=1236014, http_status=400, msg=msg, **said)


def test_a_message_says_what_happened_to_what_and_what_to_do() -> None:
    error = exception_for(
        risk(
            "content risk", log_id="2026ABC", attempts=1, ids={"draft_id": "d1"}, error_code=SendDraftErrorCode(1236014)
        )
    )
    for part in ("The mail did not go out.", error.advice, "code 1236014", "HTTP 400", "log_id 2026ABC", "draft d1"):
        assert part in str(error)
    assert error.name == "CONTENT_RISK"
    assert error.error_code is SendDraftErrorCode.CONTENT_RISK


def test_a_message_is_in_our_words_on_one_line_and_steers_no_terminal() -> None:
    nasty = "content\nrisk \x1b[2J\u202eSent.\u05d0\ufe0f" + "x" * 1000
    text = str(exception_for(risk("from a@b.com", reason=nasty, detail={"x": "a@b.com"})))
    assert "(content risk \\x1b[2J\\u202eSent.\\u05d0\\ufe0f" in text
    assert "a@b.com" not in text
    assert len(text) < 800
    assert text.isprintable()


def test_after_an_unknown_outcome_the_operation_says_what_to_do() -> None:
    assert SEND_DRAFT.after_unknown is not None
    error = exception_for(failure_of(SEND_DRAFT, NO_ANSWER))
    assert (error.advice, error.advice_zh) == SEND_DRAFT.after_unknown
    assert "It is not known whether the mail went out." in str(error)


def test_an_invalid_argument_is_a_value_error() -> None:
    assert issubclass(InvalidArgument, ValueError)


@pytest.mark.parametrize("operation", OPERATIONS, ids=repr)
def test_the_facts_of_our_own_have_names_of_their_own(operation: Operation) -> None:
    own = {facts.name for facts in OWN_FACTS}
    assert len(own) == len(OWN_FACTS)
    assert not own & {facts.name for facts in operation.errors.values()}


def test_the_traceback_of_a_refusal_is_short(feishu_mail_sandbox: SandboxControl) -> None:
    with (
        FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url) as mail,
        pytest.raises(RequestRefusedError) as caught,
    ):
        mail.drafts.send("no-such-draft")

    of_ours = [frame for frame in traceback.extract_tb(caught.value.__traceback__) if "/feishu_mail/" in frame.filename]
    assert [frame.name for frame in of_ours] == ["send", "call"]
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
