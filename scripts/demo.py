"""Sends three drafts to the sandbox with the SDK, and shows what happens to each.

Starts the sandbox on a free port, shows each story in plain words, prints how many mails the sandbox delivered, and
stops what it started. Nothing leaves this machine.
"""

import argparse
import sys
from collections.abc import Sequence

from feishu_mail import Failure, FeishuMail, FeishuMailError
from feishu_mail_sandbox import SandboxControl, running_sandbox

STORIES: Sequence[tuple[str, str, Sequence[int | str]]] = (
    ("a", "A draft that goes out at once.", []),
    (
        "b",
        "A draft that first meets a write conflict, and then a connection that drops after the service took the mail.",
        [1236006, "drop_after_accept"],
    ),
    ("c", "A draft that the service refuses for its content.", [1236014]),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Shows the stories. Returns 0, or 1 when the deliveries are not what the SDK reported."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args(arguments)
    try:
        # The token is the sandbox's.
        token = "u-demo"  # noqa: S105
        with (
            running_sandbox() as sandbox,
            FeishuMail(access_token=token, base_url=sandbox.base_url, on_retry=_show_retry) as mail,
        ):
            print(f"The sandbox listens on {sandbox.base_url}.")
            reported_sent = sum([_show_story(mail, sandbox, *story) for story in STORIES])
            deliveries = len(sandbox.deliveries())
    except KeyboardInterrupt:
        print("interrupted; the sandbox is stopped", file=sys.stderr)
        return 130
    print(f"\nThe sandbox counted what really went out:\ndeliveries: {deliveries}")
    if deliveries != reported_sent:
        print(f"demo: the SDK reported {reported_sent} as sent", file=sys.stderr)
        return 1
    return 0


def _show_story(
    mail: FeishuMail, sandbox: SandboxControl, letter: str, introduction: str, script: Sequence[int | str]
) -> bool:
    print(f"\n({letter}) {introduction}")
    draft_id = sandbox.create_draft(script=script)
    try:
        sent = mail.drafts.send(draft_id)
    except FeishuMailError as error:
        print(f"    Outcome {error.outcome}: {error.failure.facts.summary.en}.\n    What to do: {error.advice}")
        return False
    if sent.already_sent:
        print(
            f"    Outcome sent, attempt {sent.attempts}: the service says that this draft is out already.\n"
            "    So the attempt whose answer was lost had gone through, and nothing went out twice."
        )
    else:
        print(f"    Outcome sent, attempt {sent.attempts}: message {sent.message_id}.")
    return True


def _show_retry(failure: Failure, seconds: float) -> None:
    print(
        f"    Attempt {failure.attempts}: {failure.facts.summary.en}; its own outcome: {failure.outcome}. "
        f"Trying again in {seconds:.1f} s."
    )


if __name__ == "__main__":
    sys.exit(main())
