"""``feishu-mail explain``: what an error code means and what to do about it."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from feishu_mail.commands.results import EXIT_SENT, EXIT_USAGE, Language, Result, as_json, say
from feishu_mail.outcomes.facts import Affects, ErrorFacts, Retry, Texts
from feishu_mail.outcomes.failures import failure_of
from feishu_mail.outcomes.operations import OPERATIONS
from feishu_mail.outcomes.own_facts import OWN_FACTS
from feishu_mail.wire.quoting import quoted

_RETRIES: Final[Mapping[Retry, Texts]] = {
    Retry.NEVER: Texts("no: repeating it unchanged fails again", "不要：原样重试仍会失败"),
    Retry.AFTER_DELAY: Texts("yes, after a while (the SDK does it)", "可以，稍候重试（SDK 会自动进行）"),
    Retry.AFTER_RESET: Texts(
        "yes, after the seconds that the response names (the SDK does it)",
        "可以，等待响应给出的秒数后重试（SDK 会自动进行）",
    ),
    Retry.AFTER_REFRESH: Texts(
        "yes, with a new access token (the SDK does it when access_token is a callable)",
        "可以，换用新的访问凭证后重试（access_token 为函数时 SDK 会自动进行）",
    ),
    Retry.AFTER_QUOTA: Texts(
        "not today: a person or a new day must change something first", "今天不行：需要有人调整，或等到额度恢复"
    ),
}
_REACHES: Final[Mapping[Affects, Texts]] = {
    Affects.REQUEST: Texts("this request only", "仅本次请求"),
    Affects.DRAFT: Texts("this draft only", "仅该草稿"),
    Affects.MAILBOX: Texts("all drafts of this mailbox", "该邮箱的所有草稿"),
    Affects.TENANT: Texts("the whole organisation", "整个企业"),
    Affects.APP: Texts("all calls of this app", "该应用的所有调用"),
    Affects.CREDENTIAL: Texts("all calls with this token", "使用该凭证的所有调用"),
}
_WORDS: Final[Mapping[str, Texts]] = {
    "operations": Texts("Operations: ", "接口："),
    "retry": Texts("Try again? ", "能否重试："),
    "affects": Texts("Affects: ", "影响范围："),
    "advice": Texts("What to do: ", "排查建议："),
    "source": Texts("Known from: ", "依据："),
    "unknown code": Texts(
        "the document does not know this code. The SDK raises APIError (or OutcomeUnknown, if the mail may be out) "
        "with the number and never retries it.",
        "文档中没有这个错误码。SDK 会抛出带有该数字的 APIError（若邮件可能已发出，则为 OutcomeUnknown），且不会重试。",
    ),
}


def explain(options: argparse.Namespace) -> Result:
    """Explains the code that the options name, or lists all."""
    language: Language = options.lang
    found = _known_facts()
    if options.code is not None:
        wanted = options.code.strip().upper()
        found = {facts: names for facts, names in found.items() if wanted in (str(facts.code), facts.name)}
        if not found:
            asked = quoted(repr(options.code))
            return Result(EXIT_USAGE, err=[f"feishu-mail: {asked}: {say(_WORDS, 'unknown code', language)}"])
    if options.json:
        listed = [_facts_as_json(facts, names) for facts, names in found.items()]
        return Result(EXIT_SENT, out=[as_json(listed)])
    if options.code is None:
        return Result(EXIT_SENT, out=[_in_one_line(facts, names, language) for facts, names in found.items()])
    return Result(EXIT_SENT, out=[line for facts, names in found.items() for line in _in_words(facts, names, language)])


def _known_facts() -> Mapping[ErrorFacts, Sequence[str]]:
    """Returns all facts, each with the operations whose they are; those of our own are every operation's."""
    known: dict[ErrorFacts, list[str]] = {}
    for operation in reversed(OPERATIONS):
        for facts in (*operation.errors.values(), *operation.refusals):
            known.setdefault(facts, []).append(operation.name)
    return {**known, **{facts: [operation.name for operation in reversed(OPERATIONS)] for facts in OWN_FACTS}}


def _in_one_line(facts: ErrorFacts, names: Sequence[str], language: Language) -> str:
    code = "" if facts.code is None else facts.code
    owner = "" if len(names) == len(OPERATIONS) else f"  ({', '.join(names)})"
    return f"{code:>8}  {facts.outcome or '':<8}  {facts.name:<37}  {getattr(facts.summary, language)}{owner}"


def _in_words(facts: ErrorFacts, names: Sequence[str], language: Language) -> Sequence[str]:
    statuses = f" (HTTP {', '.join(map(str, facts.http_statuses))})" if facts.http_statuses else ""
    failures = [failure_of(operation, facts) for operation in OPERATIONS if operation.name in names]
    outcomes = dict.fromkeys(failure.outcome_in_words for failure in failures if failure.outcome_in_words)
    lines = [
        f"{'' if facts.code is None else facts.code} {facts.name}{statuses}".strip(),
        getattr(facts.summary, language),
        say(_WORDS, "operations", language) + ", ".join(names),
        *(getattr(outcome, language) for outcome in outcomes),
        *(
            say(_WORDS, "advice", language) + getattr(each, language)
            for each in dict.fromkeys(f.advice for f in failures)
        ),
        say(_WORDS, "retry", language) + getattr(_RETRIES[facts.retry], language),
        say(_WORDS, "affects", language) + getattr(_REACHES[facts.affects], language),
    ]
    return lines if facts.source is None else [*lines, say(_WORDS, "source", language) + facts.source]


def _facts_as_json(facts: ErrorFacts, names: Sequence[str]) -> Mapping[str, Any]:
    texts = {"summary": facts.summary._asdict(), "advice": facts.advice._asdict()}
    return {**asdict(facts), "operations": names, **texts}
