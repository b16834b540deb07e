"""Reading any answer takes time that is linear in it, and that to a write, of at most 1 MiB, under 50 ms.

Timed is all of a call but the wire, up to the text of the exception: its CPU time, and of several runs the quickest.
"""

import itertools
import json
import math
import re
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from random import Random
from typing import Any, Final, NamedTuple, TypeAlias
from unittest.mock import patch

import httpx

from feishu_mail import FeishuMail, FeishuMailError, RetryPolicy
from feishu_mail.outcomes import classification
from tests.attacks.attack import Attack, Tally, run

LONGEST: Final = 0.05
"""CPU seconds."""
WORTH_JUDGING: Final = 0.01
"""CPU seconds; what is quicker does not show how it grows."""
OF_A_WRITE: Final = [1024, 4 * 1024, 16 * 1024 - 200, 64 * 1024, 256 * 1024, 1024 * 1024 - 200]
"""Bytes; the last is all that is read of the answer to a write, the third about all of which the words are kept."""
OF_A_READ: Final = [256 * 1024, 1024 * 1024, 4 * 1024 * 1024]
MOST_RUNS: Final = 12
Call: TypeAlias = Callable[[FeishuMail], object]

ONCE: Final = RetryPolicy(max_attempts=1)
TOKEN: Final = "eyJhbGciOiJFUzI1NiIs.ImZlYXR1cmVfY29kZSI6Ik.x-J7f1bcd13_" * 20

ALPHABETS = [
    *("a", "@", "a@", "a ", "a@b.co ", '"a b"@c ', "a.", "<@>", "%", "%25", "%40", "%2540", "%2525252525", "%u0040"),
    *("&", "&amp;", "&#64;", "&#0000064", "&amp;#x40;", "&commat;", "\\", "\\u0040", "\\x40", "\\100", "=", "=40"),
    *("0x", "0x0", "0x00000040", "+AEA-", "u+0", "( ", "[at", "ef", "efbc", "ef bc ", "commercial a", "\n", "\x1b[2J"),
    *("\u0301\u0316", "＠", "﹫", "𝖚", "ﷺ", "\u200b", "\ud800", "\x00", "é", "中", "😀", ",", "[{", '"', '\\"', ":"),
    *(TOKEN[:7], TOKEN[:9].upper(), TOKEN[::-1], "eyJhbGciOi."),
]
MEMBERS = [
    *(b"[],", b"{},", b'"",', b'"a",', b'"@",', b'"%40",', b'{"":0},', b'{"code":0},', b'{"a":[[]]},', b"[[[[[]]]]],"),
    *(b"1,", b"1e5,", b"-0.0,", b"1e400,", b"null,", b"true,", b"1.23456789012345e-300,", b"9" * 4299 + b",", b"NaN,"),
    *(b'"\\u0040",', b'"\\ud800",', b'"' + b"\\n" * 99 + b'",', b'"\xef\xbc\xa0",', b" \n", b'"a@b.co",'),
]
RAW = [
    *(b"[", b"{", b'{"a":', b'"', b'\\"', b"\\", b"0", b"9", b"-", b"1.", b" ", b"\n", b"\0", b"\xff", b"\xef\xbb\xbf"),
    *(b"\xe4", b"<a>", b'"\\', b"\xed\xa0\x80", b"{\0", b'{"code":1,', b'"code"', b'["code",', b"//", b"t", b"N"),
]
PLACES: Mapping[str, Callable[[str], Any]] = {
    "msg": lambda text: {"msg": text},
    "a key": lambda text: {"data": {text: 1}},
    "short texts": lambda text: {"error": {"helps": [text[at : at + 9] for at in range(0, len(text), 14)]}},
    "keys": lambda text: {"data": {f"{at}{text[at : at + 9]}": 1 for at in range(0, len(text), 20)}},
    "an id": lambda text: {"code": 0, "data": {"message_id": text}},
}
HEADERS = ("retry-after", "x-ogw-ratelimit-reset", "x-tt-logid", "content-encoding", "location", "set-cookie")
AROUND = [
    (b'{"code":7,"data":[', b"0]}"),
    (b'{"code":0,"data":{"x":[', b"0]}}"),
    (b"[", b"0]"),
    (b'{"code":7,"x":[', b""),
]


class Answer(NamedTuple):
    """What the server says."""

    status: int
    headers: Mapping[str, bytes]
    body: bytes


def _answers() -> Iterator[tuple[str, Callable[[int], Answer]]]:
    """What is placed where, and what makes an answer of a length from it."""
    for alphabet, (name, place) in itertools.product(ALPHABETS, PLACES.items()):
        yield f"{alphabet[:12]!r} in {name}", partial(_with_text, alphabet, place)
    for alphabet, name in itertools.product(ALPHABETS, HEADERS):
        yield f"{alphabet[:12]!r} in {name}", partial(_with_header, alphabet, name)
    for unit, around, status in itertools.product(MEMBERS, AROUND, (200, 400)):
        yield f"{unit[:12]!r} after {around[0]!r}", partial(_with_body, status, unit, *around)
    for unit, around in itertools.product(RAW, [(b"", b""), (b'{"code":1,"x":1', b"}"), (b'{"x":"\\', b'"}')]):
        yield f"{unit[:12]!r} after {around[0]!r}", partial(_with_body, 400, unit, *around)


def _with_text(alphabet: str, place: Callable[[str], Any], length: int) -> Answer:
    text = alphabet * (length // (len(json.dumps(alphabet)) - 2))
    return Answer(400, {}, json.dumps({"code": 1239999, **place(text)}).encode())


def _with_header(alphabet: str, name: str, length: int) -> Answer:
    # The HTTP library takes 100 KiB of headers at most.
    return Answer(429, {name: (alphabet * (min(length, 90_000) // len(alphabet))).encode("utf-8", "ignore")}, b"{}")


def _with_body(status: int, unit: bytes, beginning: bytes, end: bytes, length: int) -> Answer:
    return Answer(status, {}, beginning + unit * (length // len(unit)) + end)


def read_growing_answers(times: int, chance: Random) -> Tally:
    """Reads so many kinds of answers, each at growing lengths, as those to a send and to a read."""
    tally = Tally()
    kinds = [*_answers()]
    for name, answer in chance.sample(kinds, min(times, len(kinds))):
        _read_growing(name, answer, tally, _send, OF_A_WRITE, LONGEST)
        _read_growing(name, answer, tally, _get, OF_A_READ, math.inf)
    return tally


def _send(mail: FeishuMail) -> object:
    return mail.drafts.send("draft")


def _get(mail: FeishuMail) -> object:
    return mail.drafts.get("draft")


def _read_growing(
    name: str, answer: Callable[[int], Answer], tally: Tally, call: Call, lengths: list[int], longest: float
) -> None:
    before = (lengths[0], math.inf)
    for length in lengths:
        given = answer(length)
        fair = max(WORTH_JUDGING, 3 * before[1] * length / before[0])
        # Whatever disturbs one run does not disturb all; what is slow by itself is slow in each.
        seconds, runs = math.inf, 0
        while runs < MOST_RUNS and seconds > min(fair, longest):
            seconds, runs = min(seconds, _seconds_for(call, given)), runs + 1
        tally.calls += runs
        tally.faults += 1
        took = f"{seconds * 1000:.1f} ms for {length} bytes, after {before[1] * 1000:.1f} for {before[0]}: {name}"
        tally.judge(seconds <= min(fair, longest), took)
        before = (length, seconds)


def _seconds_for(call: Call, answer: Answer) -> float:
    headers = [(name.encode(), text) for name, text in answer.headers.items()]
    stream = httpx.ByteStream(answer.body)
    transport = httpx.MockTransport(lambda _: httpx.Response(answer.status, headers=headers, stream=stream))
    with (
        httpx.Client(transport=transport) as http_client,
        FeishuMail(access_token=TOKEN, http_client=http_client, retry=ONCE) as mail,
    ):
        began = time.process_time()
        try:
            repr(call(mail))
        except FeishuMailError as error:
            _ = str(error), repr(error), error.msg, error.detail, error.data
        return time.process_time() - began


def look_for_addresses_badly(times: int, chance: Random) -> Tally:
    """Does the same to a client whose pattern tries again from each character, over all that an answer says."""
    pattern = re.compile(r"[^\s@]+@[^\s@]+")
    tally = Tally()
    with patch.object(classification, "without_addresses", lambda words: (pattern.search(json.dumps(words)), words)[1]):
        _read_growing("a text", partial(_with_text, "a", PLACES["msg"]), tally, _send, OF_A_WRITE[:4], LONGEST)
    return tally


ATTACK = Attack(on_the_sdk=read_growing_answers, on_a_weak_client=look_for_addresses_badly, short=100, long=10_000)

if __name__ == "__main__":
    run(ATTACK)
