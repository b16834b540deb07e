"""Nothing that we, or the libraries below us, write down holds a token or an address, however a server spells it.

That is: the text, repr, pickle and causes of exceptions, the locals of our frames, every log record at DEBUG, results,
and what the command line prints without ``--detail``. What the service said is readable in three attributes only, and
even there no token is, nor an address whose at sign has a usual spelling. The id of a mail is passed on where it has
the form of one; an address that is spelled with letters and digits alone cannot be known in it.
"""

import itertools
import json
import logging
import os
import pickle
import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from random import Random
from typing import Final
from unittest.mock import patch

import anyio

from feishu_mail import AsyncFeishuMail, FeishuMail, FeishuMailError, RetryPolicy, SentDraft
from feishu_mail.outcomes import classification
from feishu_mail_client.models import Draft
from tests.attacks.attack import Attack, Tally, run
from tests.attacks.echoes import SPELLINGS, answers
from tests.attacks.terminal import run_command
from tests.overlay.one_answer_server import OneAnswerServer
from tests.overlay.test_answers import TOKEN

ONCE: Final = RetryPolicy(max_attempts=1)
AN_ID: Final = re.compile(r"[\w.:+/~-]+=*", re.ASCII)


class _Records(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said += [record.getMessage(), repr(vars(record))]


@contextmanager
def _all_logs() -> Iterator[list[str]]:
    root, records = logging.getLogger(), _Records()
    before = root.level
    root.addHandler(records)
    root.setLevel(logging.DEBUG)
    try:
        yield records.said
    finally:
        root.removeHandler(records)
        root.setLevel(before)


def _send() -> SentDraft:
    with FeishuMail(retry=ONCE) as mail:
        return mail.drafts.send("draft")


def _read() -> Draft:
    with FeishuMail(retry=ONCE) as mail:
        return mail.drafts.get("draft")


async def _send_async() -> SentDraft:
    async with AsyncFeishuMail(retry=ONCE) as mail:
        return await mail.drafts.send("draft")


WAYS: Mapping[str, Callable[[], SentDraft | Draft]] = {
    "sync": _send,
    "a read": _read,
    "asyncio": lambda: anyio.run(_send_async, backend="asyncio"),
    "trio": lambda: anyio.run(_send_async, backend="trio"),
}
COMMANDS = {"text": ["--lang=en"], "Chinese": ["--lang=zh"], "JSON": ["--json"]}


def echo_secrets(times: int, chance: Random) -> Tally:
    """Sends so many times to a server that says a secret."""
    tally = Tally()
    cases = [*itertools.product(SPELLINGS, answers(""), [*WAYS, *COMMANDS])]
    for spelling, place, way in chance.sample(cases, min(times, len(cases))):
        tally.calls += 1
        tally.faults += 1
        written, kept = _send_once(spelling.text, place, way)
        if place == "ids" and AN_ID.fullmatch(spelling.text) and not spelling.is_found:
            continue
        what = f"{spelling.text[:40]!r} as {place}, {way}"
        for name, text in written.items():
            tally.judge(not _is_in(spelling.text, text), f"{name} holds {what}")
        tally.judge(not spelling.is_found or not _is_in(spelling.text, kept), f"an attribute holds {what}")
    return tally


def _send_once(secret: str, place: str, way: str) -> tuple[Mapping[str, str], str]:
    """Returns what was written down, by name, and what the attributes say."""
    server = OneAnswerServer(answers(secret)[place])
    environment = {"FEISHU_BASE_URL": server.base_url, "FEISHU_USER_ACCESS_TOKEN": TOKEN}
    if "proxy" in place:
        environment |= {"FEISHU_BASE_URL": "https://mail.invalid", "HTTPS_PROXY": server.base_url}
    written, kept = {}, ""
    with _all_logs() as said, patch.dict(os.environ, environment):
        if way in COMMANDS:
            printed = run_command(["send", "draft", *COMMANDS[way]], {})
            written["the command line"] = printed.out + printed.err
        else:
            try:
                sent = WAYS[way]()
                written["a result"] = repr(sent)
            except FeishuMailError as error:
                written |= _written_about(error)
                kept = repr((error.msg, error.detail, error.data))
                kept += str(error.msg) + json.dumps([error.detail, error.data], ensure_ascii=False)
    server.close()
    return {**written, "a log": "\n".join(said)}, kept


def _written_about(error: BaseException) -> Mapping[str, str]:
    written = {"a pickle": pickle.dumps(error).decode("latin-1")}
    link: BaseException | None = error
    while link is not None:
        written[f"a {type(link).__name__}"] = "\n".join([str(link), repr(link), repr(vars(link)), repr(link.args)])
        for frame, _ in traceback.walk_tb(link.__traceback__):
            if "feishu_mail" in frame.f_code.co_filename:
                written[f"a frame of {frame.f_code.co_qualname}"] = repr(frame.f_locals)
        link = link.__cause__ or link.__context__
    return written


def _is_in(secret: str, text: str) -> bool:
    """Whether the text has the secret as it was spelled, or escaped, or with other marks between its letters."""
    written = {secret, repr(secret)[1:-1], json.dumps(secret)[1:-1], secret.encode("utf-8", "ignore").decode("latin-1")}
    letters, in_text = re.sub("[^0-9a-z]", "", secret.lower()), re.sub("[^0-9a-z]", "", text.lower())
    is_whole = any(each in text for each in written) or (len(letters) > 12 and letters in in_text)
    return is_whole or "privateperson" in in_text


def quote_the_service(times: int, chance: Random) -> Tally:
    """Does the same to a client whose exceptions quote what the service said, addresses and all."""

    def quoting(error: FeishuMailError) -> str:
        return f"{error.name}: {error.msg} {error.detail} {error.data}"

    with (
        patch.object(FeishuMailError, "__str__", quoting),
        patch.object(classification, "without_addresses", lambda words: words),
    ):
        return echo_secrets(times, chance)


ATTACK = Attack(on_the_sdk=echo_secrets, on_a_weak_client=quote_the_service, short=300, long=50_000)

if __name__ == "__main__":
    run(ATTACK)
