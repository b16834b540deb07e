"""``feishu-mail``: send one draft or many, explain an error code, start the sandbox."""

import argparse
import io
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Final

from feishu_mail.commands.ending_signals import signals_restored
from feishu_mail.commands.explain import explain
from feishu_mail.commands.results import (
    EXIT_CREDENTIALS,
    EXIT_NOT_SENT,
    EXIT_SENT,
    EXIT_STOPPED,
    EXIT_UNKNOWN,
    EXIT_USAGE,
    Parser,
    Result,
    write,
)
from feishu_mail.commands.send import send
from feishu_mail.commands.send_many import add_options, send_many

_EXIT_CODES: Final = f"""\
exit codes:
  {EXIT_SENT}    sent (also: it had been sent before); explain: the code is known
  {EXIT_USAGE}    wrong usage, or an argument or environment that cannot be used; nothing was sent
  {EXIT_NOT_SENT}    not sent
  {EXIT_UNKNOWN}    unknown: the mail may be out; verify, or send the same draft again
  {EXIT_CREDENTIALS}    not sent: the access token, or what it may do, is the reason
  130, 143  interrupted by Ctrl-C, or by SIGTERM (129: SIGHUP); what is printed says whether the mail may be out

exit codes of send-many:
  {EXIT_SENT}    all sent
  {EXIT_USAGE}    wrong usage, or an argument, a line of the file or the environment cannot be used; nothing was sent
  {EXIT_NOT_SENT}    some not sent; those not attempted yet count as such
  {EXIT_UNKNOWN}    some unknown: their mail may be out; run it again, or verify
  {EXIT_CREDENTIALS}    there is no usable access token; nothing was sent
  {EXIT_STOPPED}    stopped, because what failed concerns all that is left; what is printed says what to do
  130, 143  interrupted by Ctrl-C, or by SIGTERM (129: SIGHUP); run it again to go on

environment:
  FEISHU_USER_ACCESS_TOKEN  the user access token (never given on the command line, where others could see it)
  FEISHU_BASE_URL           where the service is; Lark is https://open.larksuite.com
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    options, rest = _parser().parse_known_args(arguments)
    if rest and options.run is not _sandbox:
        _parser().error(f"unrecognized arguments: {' '.join(rest)}")
    options.rest = rest
    run: Callable[[argparse.Namespace], Result] = options.run
    with signals_restored():
        result = run(options)
        write(sys.stderr, result.err)
        write(sys.stdout, result.out)
    return result.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="feishu-mail",
        description="Send Feishu and Lark mail drafts, once.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"feishu-mail {version('feishu-mail')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    shared = Parser(add_help=False)
    shared.add_argument("--lang", choices=("en", "zh"), default="en", help="language of the texts (default: en)")
    shared.add_argument("--json", action="store_true", help="print one JSON object instead of text")

    sending = commands.add_parser(
        "send",
        parents=[shared],
        help="send one draft",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sending.add_argument("draft_id", metavar="DRAFT_ID")
    sending.add_argument("--mailbox", default="me", help="the mailbox that holds the draft (default: me, your own)")
    sending.add_argument(
        "--detail",
        action="store_true",
        help="of a failure, also print what the service said, in its own words; they may quote addresses",
    )
    sending.set_defaults(run=send)

    many = commands.add_parser(
        "send-many",
        help="send the drafts of a file, and go on after whatever ended it",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_options(many)
    many.set_defaults(run=send_many)

    explaining = commands.add_parser("explain", parents=[shared], help="say what an error code means and what to do")
    explaining.add_argument("code", metavar="CODE", nargs="?", help="a number or a name; without it, all are listed")
    explaining.set_defaults(run=explain)

    sandbox = commands.add_parser(
        "sandbox", add_help=False, help="start the stand-in service; `feishu-mail sandbox --help` lists its options"
    )
    sandbox.set_defaults(run=_sandbox)
    return parser


def _sandbox(options: argparse.Namespace) -> Result:
    from feishu_mail_sandbox.command_line import main as run_sandbox

    return Result(run_sandbox(options.rest))
