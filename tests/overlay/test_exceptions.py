"""The exceptions: grouped by what to do next, whole after pickling, clear when read."""

import copy
import json
import pickle
from importlib.resources import files

import pytest

from feishu_mail import (
    AUTOMATION_DISABLED,
    ERROR_FACTS,
    APIError,
    AuthenticationError,
    DraftRefusedError,
    ErrorCode,
    Failure,
    FeishuMailError,
    InvalidArgument,
    MailboxRefusedError,
    Outcome,
    PermissionDeniedError,
    QuotaExceededError,
    RateLimitError,
    SendOutcomeUnknown,
    exception_for,
    judgements,
)
from feishu_mail.error_facts import Judgement

GROUPS: dict[type[FeishuMailError], list[int]] = {
    DraftRefusedError: [1234008, 1236003, 1236004, 1236014, 1236018, 1234050, 99992402],
    MailboxRefusedError: [1236017, 1234013],
    PermissionDeniedError: [
        *(1234017, 99991672, 99991679, 99991676, 99991662, 99991673, 99991401, 21000, 21001),
        *(99991201, 99991301),
    ],
    RateLimitError: [1236006, 1236010, 99991400],
    QuotaExceededError: [1236007, 1236008, 1236009, 1236013, 99991403],
    AuthenticationError: [99991661, 99991663, 99991668, 99991677, 99991671],
    SendOutcomeUnknown: [1236019],
}
EXPECTED = {code: group for group, codes in GROUPS.items() for code in codes}

ALL_JUDGEMENTS: list[Judgement] = [
    *(facts for facts in ERROR_FACTS.values() if facts.outcome is not Outcome.SENT),
    AUTOMATION_DISABLED,
    *(value for value in vars(judgements).values() if isinstance(value, Judgement)),
]


def test_every_code_has_its_group() -> None:
    assert EXPECTED.keys() | {ErrorCode.ALREADY_SENT} == set(ErrorCode)


@pytest.mark.parametrize("code", EXPECTED)
def test_a_code_raises_its_group(code: int) -> None:
    facts = ErrorCode(code).facts
    assert type(exception_for(Failure(judgement=facts, code=code))) is EXPECTED[code]


@pytest.mark.parametrize("judgement", ALL_JUDGEMENTS, ids=lambda judgement: judgement.name)
def test_unknown_is_a_type_of_its_own_and_every_other_type_means_not_sent(judgement: Judgement) -> None:
    error = exception_for(Failure(judgement=judgement))
    assert isinstance(error, SendOutcomeUnknown) == (error.outcome == "unknown")
    assert not isinstance(error, APIError) or error.outcome == "not_sent"


@pytest.mark.parametrize("judgement", ALL_JUDGEMENTS, ids=lambda judgement: judgement.name)
def test_exceptions_survive_pickling_and_copying_and_can_be_kept_in_sets(judgement: Judgement) -> None:
    failure = Failure(judgement=judgement, code=5, msg="text", log_id="log", detail={"helps": [{"url": "x"}]})
    error = exception_for(failure, "draft", 3)

    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(twin) is type(error)
        assert (twin.failure, twin.draft_id, twin.attempts) == (failure, "draft", 3)
        assert (str(twin), repr(twin)) == (str(error), repr(error))
    assert len({error, error}) == 1


def test_the_text_says_what_happened_whether_it_went_out_and_what_to_do() -> None:
    facts = ErrorCode.CONTENT_RISK.facts
    error = exception_for(
        Failure(judgement=facts, code=1236014, http_status=400, msg="content\nrisk " + "x" * 1000, log_id="2026ABC"),
        "d1",
        2,
    )

    assert str(error).startswith("CONTENT_RISK: The content was judged risky (content risk xxx")
    for part in ("The mail was not sent.", facts.advice, "code 1236014", "HTTP 400", "log_id 2026ABC", "draft d1"):
        assert part in str(error)
    assert len(str(error)) < 700
    assert "\n" not in str(error)
    assert repr(error) == "<DraftRefusedError CONTENT_RISK not_sent code=1236014 attempts=2>"


def test_the_unknown_outcome_says_verify_before_resending() -> None:
    assert "Verify" in str(exception_for(Failure(judgement=judgements.NO_ANSWER)))
    assert "erify before resending" in (SendOutcomeUnknown.__doc__ or "")


def test_an_invalid_argument_is_a_value_error() -> None:
    assert issubclass(InvalidArgument, ValueError)


def test_the_judgements_of_the_overlay_have_names_of_their_own() -> None:
    names = [judgement.name for judgement in ALL_JUDGEMENTS]
    document = json.loads(files("feishu_mail_openapi").joinpath("feishu-mail.json").read_text(encoding="utf-8"))
    assert len(set(names)) == len(names)
    assert not {value.name for value in vars(judgements).values() if isinstance(value, Judgement)} & set(
        document["components"]["examples"]
    )
