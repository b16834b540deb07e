"""Whatever the environment holds: the token goes in the clear to nobody but this machine, and no error is foreign.

Every environment is tried with every spelling of this machine inside of the process, and by the command line, whose
exit code must be a documented one that is true of what the server got, and prints neither traceback nor token.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch
from urllib.request import getproxies
from uuid import uuid4

from feishu_mail import FeishuMail, FeishuMailError, RetryPolicy
from feishu_mail.wire import connections
from tests.attacks.attack import Attack, Tally, run
from tests.faults.connections import listening

TOKEN = "u-s3cret-token"
HTTP = ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
PROXIES = ["{proxy}", "http://user:passw0rd@{proxy}", "http://{proxy}/", "https://{proxy}", "socks5://{proxy}"]
PROXIES += ["http://[::1", "http://127.0.0.1:99999", "http://127.0.0.1:no", "gopher://{proxy}", "//{proxy}", "http://"]
PROXIES += [
    "http://{proxy}\n",
    "héllo",
    "\udcff",
    " ",
    f"http://{'a' * 70}",
    "http://x:y:z@[",
    "http://a..b",
    "socks4://x",
]
NO_PROXIES = ("*", " ", ",,,", "10.0.0.0/8", "[::1]", "::1", "é", "\udcff", "localhost:x", "." * 300, "*.localhost")
FILES = ("/nowhere/at/all", "/", "/dev/null", "{dir}/garbage", "{dir}/unreadable", "{dir}/\udcff", "a" * 5_000)
ENVIRONMENTS: list[dict[str, str]] = [
    {},
    *(dict.fromkeys(HTTP, "http://{proxy}") | {"NO_PROXY": value} for value in NO_PROXIES),
    *(dict.fromkeys((*HTTP, "HTTPS_PROXY", "https_proxy"), value) for value in PROXIES),
    {"HTTP_PROXY": "http://{proxy}", "REQUEST_METHOD": "POST"},
    *({name: value} for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE") for value in FILES),
    {"OPENSSL_CONF": "{dir}/garbage"},
    {"OPENSSL_CONF": "/nowhere", "OPENSSL_MODULES": "/nowhere"},
    *(
        {"FEISHU_BASE_URL": value}
        for value in ("", " ", "{server}\n", "\udcff", "x" * 100_000, "http://[", "{server}#")
    ),
    *({"FEISHU_USER_ACCESS_TOKEN": value} for value in ("", " ", "u-\n", "é", "\udcff", "Bearer x", "x" * 100_000)),
    {"HOME": "{dir}"},
    {"HOME": "/nowhere", "TMPDIR": "/nowhere", "XDG_CONFIG_HOME": "\udcff"},
    {"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    {"PYTHONIOENCODING": "utf-16"},
    {"LANG": "zz_ZZ.nope", "PYTHONCOERCECLOCALE": "0"},
    *({name: "1"} for name in ("PYTHONDEVMODE", "PYTHONWARNINGS", "PYTHONTRACEMALLOC", "PYTHONUNBUFFERED")),
    {"PYTHONWARNINGS": "error"},
    {"PYTHONOPTIMIZE": "2"},
    {"PYTHONASYNCIODEBUG": "1", "PYTHONHASHSEED": "0", "PYTHONSAFEPATH": "1"},
    {"HTTPX_LOG_LEVEL": "TRACE", "SSLKEYLOGFILE": "{dir}/keys"},
]
STREAMS = ("", "<&-", ">&-", "2>&-", "<&- >&- 2>&-", ">/dev/full", "2>/dev/full", ">/dev/full 2>&1")
LIMITS = ("", *(f"ulimit -n {number};" for number in (5, 6, 7, 8, 16)))
HOSTS = [
    "127.0.0.1",
    "127.0.0.2",
    "127.1",
    "2130706433",
    "0x7f.1",
    "0.0.0.0",
    "127.0.0.1.nip",
    "localhost",
    "localhost.",
]
HOSTS += ["[::]", "[::1]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:0:0:1]", "mail.localhost", "LOCALHOST", "ⓛocalhost"]
EXIT_CODES = (0, 2, 3, 4, 5, 130)
ONCE = RetryPolicy(max_attempts=1)


@dataclass(slots=True)
class Listener:
    """A raw server, and what it got."""

    answer: bytes
    received: list[bytes] = field(default_factory=list[bytes])
    port: int = 0

    def serve(self, connection: socket.socket) -> None:
        """Keeps what comes, up to the end of a head, and answers."""
        received = connection.recv(65536)
        # TLS and SOCKS get an answer that is none.
        while received[:1].isalpha() and b"\r\n\r\n" not in received and (chunk := connection.recv(65536)):
            received += chunk
        self.received.append(received)
        connection.sendall(self.answer)


@dataclass(slots=True)
class Place:
    """The service, the proxy, and a directory with files that are not what they should be."""

    server: Listener
    proxy: Listener
    directory: Path

    def filled(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Returns the environment with the addresses of this place, and of no other proxy."""
        known = {"server": f"http://127.0.0.1:{self.server.port}", "proxy": f"127.0.0.1:{self.proxy.port}"}
        mine = {"FEISHU_USER_ACCESS_TOKEN": TOKEN, "FEISHU_BASE_URL": known["server"], "PATH": os.environ["PATH"]}
        filled = {name: value.format(dir=self.directory, **known) for name, value in environment.items()}
        return {**mine, "PYTHONPATH": str(self.directory), **filled}


@contextmanager
def place() -> Iterator[Place]:
    """Starts both listeners. Nothing is asked beyond loopback; what a resolver makes of a name is this machine."""
    server = Listener(b'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"code":0,"data":{}}')
    proxy = Listener(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
    resolve = socket.getaddrinfo

    def resolve_here(host: Any, *rest: Any, **options: Any) -> Any:
        return resolve(host if host in ("127.0.0.2", "::1") else "127.0.0.1", *rest, **options)

    with (
        TemporaryDirectory() as directory,
        listening(server.serve) as server.port,
        listening(proxy.serve) as proxy.port,
        patch.object(socket, "getaddrinfo", resolve_here),
    ):
        (Path(directory) / "garbage").write_text("no such thing = [\n")
        (Path(directory) / "sitecustomize.py").write_text("import time\ntime.sleep = lambda seconds: None\n")
        (Path(directory) / "unreadable").touch(mode=0)
        (Path(directory) / ".netrc").write_text(f"machine 127.0.0.1 login netrc password {TOKEN}-netrc\n")
        yield Place(server, proxy, Path(directory))


def try_inside(at: Place, environment: Mapping[str, str], host: str, scheme: str, tally: Tally) -> None:
    """Sends from within this process."""
    at.server.received.clear()
    at.proxy.received.clear()
    said = f"{environment} with {scheme}://{host}"
    filled = {name.encode(): os.fsencode(value) for name, value in at.filled(environment).items()}
    given = {} if "FEISHU_BASE_URL" in environment else {"base_url": f"{scheme}://{host}:{at.server.port}"}
    with patch.dict(os.environb, filled, clear=True):
        try:
            with FeishuMail(**given, retry=ONCE, timeout=2) as mail:  # type: ignore[arg-type]
                mail.drafts.send("d")
        except FeishuMailError as error:
            tally.judge(TOKEN not in f"{error!s} {error!r} {error.__cause__!s}", f"a token is quoted: {said}")
        except Exception as error:  # noqa: BLE001 -- what escapes is what is judged
            tally.judge(False, f"a foreign exception: {said}: {error!r}")
    _judge_the_clear(at, said, tally)


def _judge_the_clear(at: Place, said: str, tally: Tally) -> None:
    tally.calls += 1
    tally.faults += 1
    tally.judge(TOKEN.encode() not in b"".join(at.proxy.received), f"the proxy got the token: {said}")
    tally.judge(b"-netrc" not in b"".join(at.server.received), f"the token came from .netrc: {said}")


def try_command(at: Place, environment: Mapping[str, str], shell: Sequence[str], tally: Tally) -> None:
    """Sends by the command line."""
    limit, streams, language = shell
    name = f"d{uuid4()}"
    command = [sys.executable, "-m", "feishu_mail", "send", name, "--lang", language]
    found = subprocess.run(
        ["/bin/sh", "-c", f'{limit} exec "$@" {streams}', "sh", *command],
        env=at.filled(environment),
        capture_output=True,
        check=False,
        timeout=60,
    )
    said = f"{environment} {shell}: exit code {found.returncode}, {found.stderr!r}"
    shown = found.stdout + found.stderr
    is_sent = f"/{name}/send".encode() in b"".join(at.server.received)
    tally.judge(b"Traceback" not in shown and b"Exception ignored" not in shown, f"a traceback: {said}")
    tally.judge(TOKEN.encode() not in shown, f"the token is printed: {said}")
    tally.judge(found.returncode in EXIT_CODES, f"an exit code without a meaning: {said}")
    tally.judge((found.returncode in (0, 4)) == is_sent, f"sent is {is_sent}: {said}")
    _judge_the_clear(at, said, tally)


def _inside(at: Place, times: int, chance: Random, tally: Tally) -> None:
    cases = [(environment, host, "http") for environment, host in product(ENVIRONMENTS, HOSTS)]
    cases += [
        (environment, host, "https") for environment, host in product(ENVIRONMENTS, ("mail.example.com", "[::1]"))
    ]
    for environment, host, scheme in chance.sample(cases, min(times, len(cases))):
        try_inside(at, environment, host, scheme, tally)


def try_all(times: int, chance: Random) -> Tally:
    """Tries so many from within, and a thirtieth as many by the command line."""
    tally = Tally()
    with place() as at:
        _inside(at, times, chance, tally)
        shells = [(limit, streams, chance.choice(["en", "zh"])) for limit, streams in product(LIMITS, STREAMS)]
        cases: list[tuple[dict[str, str], tuple[str, str, str]]] = [({}, shell) for shell in shells]
        for environment in ENVIRONMENTS:
            host = "mail.invalid" if "HTTPS_PROXY" in environment else f"127.0.0.1:{at.server.port}"
            over_tls = {"FEISHU_BASE_URL": f"https://{host}", **environment}
            cases += [(environment, ("", "", "zh")), (over_tls, ("", "", "zh"))]
        at.server.received.clear()
        at.proxy.received.clear()
        chosen = chance.sample(cases, min(times // 30, len(cases)))
        with ThreadPoolExecutor(2) as two:
            list(two.map(lambda case: try_command(at, case[0], case[1], tally), chosen))
    return tally


def try_one_that_asks_any_proxy(times: int, chance: Random) -> Tally:
    """Does the same, from within, to a client that asks the environment's proxy for this machine too."""
    tally = Tally()
    with patch.object(connections, "proxy_for", lambda url: getproxies().get(url.scheme)), place() as at:
        _inside(at, times, chance, tally)
    return tally


ATTACK = Attack(on_the_sdk=try_all, on_a_weak_client=try_one_that_asks_any_proxy, short=360, long=10_000)

if __name__ == "__main__":
    run(ATTACK)
