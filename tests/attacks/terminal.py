"""Whatever a server or an argument says, what the command line prints is lines of its own that steer no terminal.

They are bounded, in text and in JSON, in both languages, with and without ``--detail``.
"""

import io
import itertools
import json
import os
import time
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from random import Random
from typing import Any, Final, NamedTuple
from unittest.mock import patch

from feishu_mail import command_line
from feishu_mail.commands import results
from feishu_mail.wire import quoting
from tests.attacks.attack import Attack, Tally, run
from tests.overlay.one_answer_server import answering

LONGEST_LINE: Final = 4_096
LONGEST_JSON: Final = 128 * 1024
"""Characters; with ``--detail`` the JSON holds all that an answer of 16 KiB said."""
NAMES: Final = [[], ["message_id", "thread_id"]]

FORGED = "Sent.\nmessage_id: forged"
TEXTS = [
    *(FORGED, f"\n{FORGED}\n", f"\r\n{FORGED}", f"x\r{FORGED}", f"{' ' * 500}{FORGED}"),
    *(f"x{end}Sent.{end}x" for end in "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"),
    *("\x1b[2J\x1b[HSent.", "\x1b]0;title\x07", "\x1b]8;;http://x\x1b\\Sent.\x1b]8;;\x1b\\", "\x1bP+q\x1b\\", "\x1bc"),
    *("\x9b2J", "\x90q\x9c", "\x9d0;title\x9c", "\x07\x08\x08\x08Sent.", "\x00\x7f\x80\x9f", "\t" * 50),
    *("\u202e.tneS", "\u2066x\u2069", "\u061c\u200e\u200f", "\u05d0\u05d1 123 \u0627\u0644", "\U00010a00\U0001e900"),
    *("S\u200be\u200cn\u200dt\u2060.\ufeff", "\u00ad\u034f\ufe0f\U000e0041\U000e0101", "\u115f\u1160\u3164\uffa0"),
    *("Z" + "\u0335\u0489\u20dd" * 200, "\ue000\U000f0000\U0010ffff\ufdd0", "\ud800 \udcff", "\u3000\u00a0\u2003"),
    *("x" * 5_000, "\u202e" * 4_000, "😀" * 3_000, "\\" * 5_000, '"' * 5_000, "{" * 50 + "'\"`$(id)"),
]


class Printed(NamedTuple):
    """What a command printed."""

    exit_code: object
    out: str
    err: str


def run_command(arguments: Sequence[str], environment: Mapping[str, str]) -> Printed:
    """Runs the command line in this process; its waits take no time."""
    out, err = io.StringIO(), io.StringIO()
    with ExitStack() as stack:
        stack.enter_context(patch.dict(os.environ, environment))
        stack.enter_context(patch.object(time, "sleep", lambda _: None))
        stack.enter_context(redirect_stdout(out))
        stack.enter_context(redirect_stderr(err))
        try:
            exit_code: object = command_line.main(arguments)
        except SystemExit as wrong_usage:
            exit_code = wrong_usage.code
    return Printed(exit_code, out.getvalue(), err.getvalue())


def _answers(text: str) -> Mapping[str, tuple[str, Any, str]]:
    line = text.encode("utf-8", "ignore").decode("latin-1").replace("\r", " ").replace("\n", " ")
    refusal = {"code": 1239999, "msg": text, "error": {"helps": [{text: text}], "log_id": text}, "data": {text: text}}
    ids = dict.fromkeys(("message_id", "thread_id", "recall_status"), text)
    disabled = {"automation_send_disable": {"reason": text, "reference": text}}
    return {
        "refused": ("400 Bad Request", refusal, "X: y"),
        "by a code that is a text": ("400 Bad Request", {**refusal, "code": text}, "X: y"),
        "code 0": ("400 Bad Request", {**refusal, "code": 0}, "X: y"),
        "disabled": ("200 OK", {"code": 0, "data": disabled}, "X: y"),
        "sent": ("200 OK", {"code": 0, "data": ids}, "X: y"),
        "headers": (f"400 {line}", {"code": 1239999}, f"X-Tt-Logid: {line}"),
        "a broken header": ("200 OK", {"code": 0}, f"no header {line}"),
        "no JSON": ("502 Bad Gateway", text, f"Location: {line}"),
        "a long number": ("400 Bad Request", {"code": int("9" * 4_000), "msg": text}, f"Retry-After: {'9' * 300}"),
    }


def print_hostile_texts(times: int, chance: Random) -> Tally:
    """Runs so many commands against a server, or with arguments, of such texts."""
    tally = Tally()
    forms = [*itertools.product(("", "--json"), ("--lang=en", "--lang=zh"), ("", "--detail"))]
    cases = [*itertools.product(TEXTS, [*_answers("")], forms)]
    for text, kind, form in chance.sample(cases, min(times, len(cases))):
        status, body, header = _answers(text)[kind]
        content = (json.dumps(body) if kind != "no JSON" else text).encode("utf-8", "surrogatepass")
        with answering(status, content, header) as server:
            environment = {"FEISHU_BASE_URL": server.base_url, "FEISHU_USER_ACCESS_TOKEN": "u-attack"}
            printed = run_command(["send", "d1", *filter(None, form)], environment)
        _judge(printed, "--json" in form, kind == "sent", f"{kind} {form} {text[:20]!r}", tally)
    for text in TEXTS:
        for arguments in (["explain", text], ["explain", "--lang", "zh", text], ["send", "d1", f"--{text}"], [text]):
            _judge(run_command(arguments, {}), False, False, f"{arguments!r:.60}", tally)
        for arguments in (["send", "--", text], ["send", "d1", "--mailbox", text], ["send", "--json", "--", text]):
            printed = run_command(arguments, {"FEISHU_USER_ACCESS_TOKEN": ""})
            _judge(printed, "--json" in arguments, False, f"{arguments!r:.60}", tally)
    return tally


def _judge(printed: Printed, is_json: bool, is_sent: bool, what: str, tally: Tally) -> None:
    tally.calls += 1
    tally.faults += 1
    out, err = printed.out.splitlines(), printed.err.splitlines()
    for line in (*out, *err):
        # The form of JSON is its own affair; its length is bounded by what is read of an answer.
        tally.judge(len(line) <= (LONGEST_JSON if is_json else LONGEST_LINE), f"a line of {len(line)}: {what}")
        tally.judge(all(map(_is_harmless, line)), f"a character that steers: {what}")
    is_usage = printed.exit_code == results.EXIT_USAGE and bool(err) and err[0].startswith("usage:")
    said = [line for line in err if "attempt " not in line and "次尝试" not in line]
    tally.judge(is_usage or all(line.startswith("feishu-mail: ") for line in said), f"a line not its own: {what}")
    tally.judge(is_usage or len(said) <= 2, f"a line too many: {what}")
    if is_json:
        tally.judge(len(out) == 1 and "outcome" in json.loads(out[0]), f"not one JSON object: {what}")
    elif is_sent:
        names = [line.partition(":")[0] for line in out[1:]]
        tally.judge(names in NAMES, f"forged: {what}")
    else:
        tally.judge(out == [], f"it says that it was sent: {what}")


def _is_harmless(character: str) -> bool:
    if character.isascii():
        return " " <= character <= "~"
    kind, direction = unicodedata.category(character), unicodedata.bidirectional(character)
    steers = kind[0] in "CM" or kind in ("Zl", "Zp") or direction in ("R", "AL", "AN")
    return not steers and character not in "\u115f\u1160\u3164\uffa0"


def print_as_it_comes(times: int, chance: Random) -> Tally:
    """Does the same to a command line that takes every character for a plain one."""
    with patch.object(quoting, "is_plain", lambda _: True), patch.object(results, "is_plain", lambda _: True):
        return print_hostile_texts(times, chance)


ATTACK = Attack(on_the_sdk=print_hostile_texts, on_a_weak_client=print_as_it_comes, short=250, long=4_000)

if __name__ == "__main__":
    run(ATTACK)
