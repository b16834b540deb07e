"""A relay in front of the sandbox that spoils answers: the request is handed on or not, then the answer is distorted.

So the sandbox need not be bent, and for every fault it is sure whether it came before or after the mail was accepted.
"""

import http.client
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from urllib.parse import unquote, urlsplit

from tests.faults.connections import LONGEST_SILENCE, heads, listening, reset, wait_until_left


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, before it is written."""

    status: int
    reason: str = "Odd"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""

    def written(self, *, announced: int | None = None) -> bytes:
        """Returns the bytes of the answer; ``announced`` is a length to claim for the body in place of its own."""
        length = len(self.body) if announced is None else announced
        lines = [f"HTTP/1.1 {self.status} {self.reason}", *(f"{name}: {text}" for name, text in self.headers.items())]
        return "\r\n".join([*lines, f"Content-Length: {length}", "", ""]).encode("latin-1") + self.body


class End(Enum):
    """What becomes of the connection when all is written."""

    KEEP = auto()
    CLOSE = auto()
    RESET = auto()
    STALL = auto()


@dataclass(frozen=True, slots=True)
class Spoiling:
    """What becomes of one request and its answer."""

    accepted: bool
    """Whether the service gets the request."""
    write: Callable[[Answer], bytes] = Answer.written
    """What is written in place of the service's answer, or of a success that there never was."""
    end: End = End.KEEP
    pause: float = 0
    """Seconds between the bytes, which come one at a time then."""
    twice: bool = False
    """The service gets the request twice, as from a gateway that repeats it; the second answer counts."""


HONEST = Spoiling(accepted=True)


class Relay:
    """Follows a plan for each draft: a spoiling for each of its next requests, None for an honest one."""

    def __init__(self, service_url: str) -> None:
        self.base_url = ""
        """Where it listens."""
        self.most_at_once: Counter[str] = Counter()
        """The most requests that were ever on the way together, for each mailbox."""
        self.connections = 0
        """That were opened to it."""
        self.stalling = threading.Event()
        """Set once an answer is held back."""
        self._service = urlsplit(service_url)
        self._plans: dict[str, deque[Spoiling | None]] = {}
        self._on_the_way: Counter[str] = Counter()
        self._guard = threading.Lock()

    def clear(self) -> None:
        """Forgets all plans, and what was seen."""
        self._plans.clear()
        self.most_at_once.clear()
        self.connections = 0
        self.stalling.clear()

    def plan(self, draft_id: str, spoilings: Sequence[Spoiling | None]) -> None:
        """Sets what the next requests for this draft meet."""
        self._plans[draft_id] = deque(spoilings)

    def serve(self, connection: socket.socket) -> None:
        """Answers the requests of one connection."""
        self.connections += 1
        for head in heads(connection):
            if not self._answer(connection, head):
                return

    def _answer(self, connection: socket.socket, head: str) -> bool:
        request_line, *lines = head.split("\r\n")
        method, path, _ = request_line.split(" ")
        mailbox, _, draft_id = [unquote(segment) for segment in path.partition("?")[0].split("/")[5:8]]
        headers = dict(line.split(": ", 1) for line in lines)
        plan = self._plans.get(draft_id)
        spoiling = plan.popleft() if plan else None
        self._count(mailbox, 1)
        try:
            if spoiling is not None and spoiling.twice:
                self._ask_the_service(method, path, headers)
            accepted = spoiling is None or spoiling.accepted
            answer = self._ask_the_service(method, path, headers) if accepted else NEVER_GIVEN
        finally:
            self._count(mailbox, -1)
        if answer is None:
            reset(connection)
            return False
        return self._write(connection, answer, spoiling or HONEST)

    def _write(self, connection: socket.socket, answer: Answer, spoiling: Spoiling) -> bool:
        content = spoiling.write(answer)
        if spoiling.pause:
            for byte in content:
                connection.sendall(bytes([byte]))
                time.sleep(spoiling.pause)
        else:
            connection.sendall(content)
        if spoiling.end is End.RESET:
            reset(connection)
        elif spoiling.end is End.STALL:
            self.stalling.set()
            wait_until_left(connection)
        return spoiling.end is End.KEEP

    def _ask_the_service(self, method: str, path: str, headers: Mapping[str, str]) -> Answer | None:
        """Returns the service's answer, or None when it hung up."""
        service = http.client.HTTPConnection(str(self._service.hostname), self._service.port, timeout=LONGEST_SILENCE)
        try:
            service.request(method, path, headers={"Authorization": headers["Authorization"]})
            answer = service.getresponse()
            kept = {name: text for name, text in answer.getheaders() if name.lower() not in ("content-length", "date")}
            return Answer(answer.status, answer.reason, kept, answer.read())
        except (http.client.HTTPException, OSError):
            return None
        finally:
            service.close()

    def _count(self, mailbox: str, change: int) -> None:
        with self._guard:
            self._on_the_way[mailbox] += change
            self.most_at_once[mailbox] = max(self.most_at_once[mailbox], self._on_the_way[mailbox])


NEVER_GIVEN = Answer(
    200,
    "OK",
    {"Content-Type": "application/json", "X-Tt-Logid": "20260102030405NEVERGIVEN"},
    b'{"code":0,"msg":"success","data":{"message_id":"never-given","thread_id":"never-given"}}',
)
"""A success that no service gave: what a spoiling distorts when the service did not get the request."""


@contextmanager
def relaying(service_url: str) -> Iterator[Relay]:
    """Runs a relay in front of the service."""
    relay = Relay(service_url)
    with listening(relay.serve) as port:
        relay.base_url = f"http://127.0.0.1:{port}"
        yield relay
