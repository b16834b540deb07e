"""A sandbox is software that people run for days beside a browser: nothing that reaches its port breaks it.

No page of another site steers it or looks into it; no request ends in a traceback, a 500 that nobody scripted or a
sandbox that is dead or holds ever more; thousands of advances leave its clock running.
"""

import re
import socket
import sys
from contextlib import suppress
from random import Random
from urllib.parse import urlsplit

from feishu_mail_sandbox.control import SandboxRefusal
from tests.attacks.attack import Attack, Tally, run
from tests.attacks.hostile_requests import FROM_ELSEWHERE, SEND, framed_oddly, steered_oddly
from tests.attacks.sandbox_process import COMMAND, SandboxProcess, sandbox_process

MOST_HALF = 200
"""Connections that are left open, each with half a request."""
MOST_GROWTH = 96 * 1024
"""KiB that the process may grow by: the requests that it remembers, and what is being read."""
UNGUARDED = (
    "import sys; from feishu_mail_sandbox import server; from feishu_mail_sandbox.command_line import main; "
    "server._comes_from_another_sites_page = lambda request: False; sys.exit(main(['--port', '0']))"
)


class Visitor:
    """Whoever reaches the sandbox's port, byte by byte."""

    def __init__(self, box: SandboxProcess, tally: Tally) -> None:
        self.box = box
        self.tally = tally
        self.own = urlsplit(box.control.base_url).netloc
        self.port = self.own.rpartition(":")[2]
        self.read = 0
        self.half: list[socket.socket] = []

    def connect(self, request: bytes) -> socket.socket:
        """Sends some bytes on a connection of their own."""
        connection = socket.create_connection(("127.0.0.1", int(self.port)), timeout=5)
        with suppress(OSError):
            connection.sendall(request.replace(b"{own}", self.own.encode()))
        return connection

    def ask(self, request: bytes, seconds: float = 0.02) -> bytes:
        """Sends some bytes, and returns all that comes back, until there was nothing for so long."""
        self.tally.calls += 1
        self.tally.faults += 1
        received = b""
        with self.connect(request) as connection, suppress(OSError):
            connection.settimeout(seconds)
            while chunk := connection.recv(65536):
                received += chunk
        statuses = re.findall(rb"^HTTP/1\.[01] (5\d\d)", received, re.MULTILINE)
        self.tally.judge(set(statuses) <= {b"501", b"505"}, f"{statuses} for {request[:200]!r}")
        return received

    def call(self, head: str, *headers: str, body: bytes = b"") -> bytes:
        """Makes a well framed request."""
        lines = [head, *headers, f"Content-Length: {len(body)}", "Connection: close", "", ""]
        text = "\r\n".join(lines).replace("{own}", self.own).replace("{port}", self.port)
        return self.ask(text.encode("latin-1") + body, 10)

    def judge_pages(self) -> None:
        """Lets pages of other sites try to steer and to look."""
        for name, headers in FROM_ELSEWHERE.items():
            for target in (
                "/_sandbox/reset",
                "http://{own}/_sandbox/reset",
                "/_sandbox/deliveries",
                "/%5Fsandbox/drafts",
            ):
                method = "GET" if target.endswith("deliveries") else "POST"
                answer = self.call(f"{method} {target} HTTP/1.1", *headers, body=b'{"draft_id":"of-a-page"}')
                self.tally.judge(b" 200 " not in answer[:20], f"{name}: {target} was answered {answer[:60]!r}")

    def leave_half(self, request: bytes, chance: Random) -> None:
        """Leaves a connection open after a part of a request."""
        self.half.append(self.connect(request[: chance.randrange(1, max(2, len(request)))]))
        self.tally.faults += 1
        if len(self.half) > MOST_HALF:
            self.half.pop(0).close()

    def judge_life(self, number: int) -> None:
        """Judges whether the sandbox works as ever, and said nothing on stderr."""
        control = self.box.control
        self.tally.judge(self.box.process.poll() is None, "the sandbox is dead")
        self.call("POST /_sandbox/reset HTTP/1.1", "Host: {own}")
        control.settings(rate_limit=None)
        draft_id = control.create_draft(f"draft-{number}")
        answer = self.call(
            f"POST {SEND.replace('canary', draft_id)} HTTP/1.1", "Host: {own}", "Authorization: Bearer u-x"
        )
        self.tally.judge(answer.startswith(b"HTTP/1.1 200 "), f"after {number} a send got {answer[:80]!r}")
        self.tally.judge(len(control.deliveries()) == 1, "a mail is not in the ledger")
        said = self.box.said()[self.read :]
        self.read += len(said)
        self.tally.judge(said == "", f"it wrote on stderr: {said[-800:]}")


def visit(times: int, chance: Random, *command: str) -> Tally:
    """Sends so many requests, and looks after the sandbox now and then."""
    tally = Tally()
    with sandbox_process(*(command or COMMAND)) as box:
        visitor = Visitor(box, tally)
        visitor.judge_pages()
        visitor.judge_life(0)
        before = box.resident_kib() if sys.platform == "linux" else 0
        for number in range(1, times + 1):
            request = framed_oddly(chance)
            match number % 5:
                case 0 | 1:
                    visitor.ask(request)
                case 2:
                    path, body = steered_oddly(chance)
                    visitor.call(f"POST {path} HTTP/1.1", "Host: {own}", body=body)
                case 3:
                    visitor.leave_half(request, chance)
                case _:
                    with suppress(SandboxRefusal):
                        box.control.settings(clock={"advance": chance.choice([0, 1e-9, 1.5, 86_400, 1e6, 1e9])})
            if number % 200 == 0 or number == times:
                visitor.judge_life(number)
            if len(tally.violations) > 20:
                break
        for connection in visitor.half:
            connection.close()
        growth = box.resident_kib() - before if sys.platform == "linux" else 0
        tally.judge(growth < MOST_GROWTH, f"the sandbox grew by {growth} KiB in {times} requests")
    return tally


def visit_unguarded(times: int, chance: Random) -> Tally:
    """Does the same to a sandbox that looks at neither Origin nor Host."""
    return visit(min(times, 50), chance, sys.executable, "-c", UNGUARDED)


ATTACK = Attack(on_the_sdk=visit, on_a_weak_client=visit_unguarded, short=1_000, long=30_000)

if __name__ == "__main__":
    run(ATTACK)
