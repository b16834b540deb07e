"""The sandbox as a process: any language can start it, find it, steer it and stop it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from feishu_mail_sandbox import SandboxControl, running_sandbox
from feishu_mail_sandbox.command_line import main

COMMAND = [sys.executable, "-m", "feishu_mail_sandbox"]


@contextmanager
def started(*options: str) -> Generator[tuple["subprocess.Popen[str]", str], None, None]:
    # As a program is started by default: Python then holds back what is written to a pipe.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        [*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            assert process.stdout
            yield process, process.stdout.readline().rstrip("\n")
        finally:
            process.kill()


@pytest.mark.parametrize("stopping", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_stops_when_told_even_with_an_answer_open(stopping: signal.Signals) -> None:
    with started("--port", "0") as (process, base_url):
        parts = urlsplit(base_url)
        assert (parts.scheme, parts.hostname) == ("http", "127.0.0.1")
        control = SandboxControl(base_url)
        draft_id = control.create_draft(script=["stall_after_accept"])
        with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
            connection.sendall(
                f"POST /open-apis/mail/v1/user_mailboxes/me/drafts/{draft_id}/send HTTP/1.1\r\n"
                "Host: sandbox\r\nAuthorization: Bearer u-test\r\n\r\n".encode()
            )
            while not control.deliveries():
                time.sleep(0.01)
            began = time.monotonic()
            process.send_signal(stopping)
            output, errors = process.communicate(timeout=10)
            assert (process.returncode, output, errors) == (0, "", "")
            assert time.monotonic() - began < 3
            assert connection.recv(1) == b""


def test_a_port_that_is_taken_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 1
    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.startswith(f"feishu_mail_sandbox: cannot listen on 127.0.0.1 port {port}: ")
    assert errors.count("\n") == 1


def test_inside_a_test_process_too_a_port_that_is_taken_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=str(port)), running_sandbox(port=port):
            raise AssertionError("it must not start")


@pytest.mark.parametrize("options", [["--port", "65536"], ["--port", "-1"], ["--port", "x"], ["--nonsense"], ["x"]])
def test_wrong_usage_is_explained(capsys: pytest.CaptureFixture[str], options: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(options)
    assert stopped.value.code == 2
    assert "usage: " in capsys.readouterr().err


def test_help_explains_the_options(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    text = capsys.readouterr().out
    assert "--host" in text
    assert "--port" in text


def test_listening_beyond_loopback_is_warned_about() -> None:
    with started("--host", "0.0.0.0") as (process, base_url):
        assert base_url.startswith("http://0.0.0.0:")
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=10)
        assert "0.0.0.0 is not loopback" in errors


def ipv6_is_available() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.mark.skipif(not ipv6_is_available(), reason="this machine has no IPv6 loopback")
def test_an_ipv6_address_is_written_as_a_url_needs_it() -> None:
    with started("--host", "::1") as (process, base_url):
        assert base_url.startswith("http://[::1]:")
        assert SandboxControl(base_url).deliveries() == []
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=10)[1] == ""


def test_two_sandboxes_do_not_share_anything() -> None:
    with started() as (_, first), started() as (_, second):
        assert first != second
        SandboxControl(first).create_draft("d")
        SandboxControl(second).create_draft("d")


def test_without_aiohttp_it_says_what_to_install() -> None:
    hidden = "import sys; sys.modules['aiohttp'] = None"
    run = "from feishu_mail_sandbox.command_line import main; sys.exit(main([]))"
    finished = subprocess.run([sys.executable, "-c", f"{hidden}; {run}"], capture_output=True, text=True, check=False)
    assert finished.returncode == 1
    assert 'pip install "feishu-mail[sandbox]"' in finished.stderr
