"""Sends many drafts, one after the other, and always knows which went out: also after Ctrl-C, a crash or a power cut.

    FEISHU_USER_ACCESS_TOKEN=u-... python examples/send_many.py ledger.jsonl < draft_ids.txt

Reads one draft id a line. Every step is written to the ledger before the next is taken. Start it again with the same
ledger to go on: what is known to be out is left alone; what was in flight is sent again, which cannot send it twice.
It stops early when the problem concerns the drafts after it too (a quota, the token, the network).
Exits with 0 when all are sent, 1 when some are not, 130 when interrupted.
"""

import json
import os
import sys
from collections import Counter
from pathlib import Path

from feishu_mail import Affects, FeishuMail, FeishuMailError

ONLY_THIS_DRAFT = (Affects.DRAFT, Affects.REQUEST)


def main() -> int:
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    ledger = Path(sys.argv[1])
    outcomes = read_ledger(ledger)
    draft_ids = list(dict.fromkeys(line.strip() for line in sys.stdin if line.strip()))
    todo = [draft_id for draft_id in draft_ids if outcomes.get(draft_id) != "done"]
    try:
        with FeishuMail() as mail:
            for number, draft_id in enumerate(todo, start=1):
                before = outcomes.get(draft_id)
                write(ledger, draft_id, "unknown", note="started")
                outcomes[draft_id], problem = send(mail, draft_id, ledger, before)
                print(f"{number}/{len(todo)} {draft_id}: {outcomes[draft_id]}", file=sys.stderr)
                if problem is not None and problem.affects not in ONLY_THIS_DRAFT:
                    print(f"stopping: {problem}", file=sys.stderr)
                    break
    except KeyboardInterrupt:
        print("interrupted; start again with the same ledger to go on", file=sys.stderr)
        return 130
    except FeishuMailError as error:
        print(error, file=sys.stderr)
    print(dict(Counter(outcomes.get(draft_id, "not started") for draft_id in draft_ids)))
    return 0 if all(outcomes.get(draft_id) == "done" for draft_id in draft_ids) else 1


def send(mail: FeishuMail, draft_id: str, ledger: Path, before: str | None) -> tuple[str, FeishuMailError | None]:
    try:
        sent = mail.drafts.send(draft_id)
    except FeishuMailError as error:
        # A refusal does not undo an earlier run that may have sent it: "not found" may mean that it is out.
        outcome = "unknown" if before == "unknown" else str(error.outcome)
        write(ledger, draft_id, outcome, code=error.code, log_id=error.log_id, note=str(error))
        return outcome, error
    write(ledger, draft_id, "done", message_id=sent.message_id, log_id=sent.log_id)
    return "done", None


def read_ledger(ledger: Path) -> dict[str, str]:
    outcomes: dict[str, str] = {}
    for line in ledger.read_bytes().splitlines() if ledger.exists() else []:
        try:
            entry = json.loads(line)
            outcomes[entry["draft_id"]] = entry["outcome"]
        except (ValueError, KeyError, TypeError):
            continue  # the torn last line of a run that lost power
    return outcomes


def write(ledger: Path, draft_id: str, outcome: str, **facts: str | int | None) -> None:
    with ledger.open("a", encoding="utf-8") as file:
        # The newline before it keeps the entry apart from a line that an earlier run left torn.
        file.write("\n" + json.dumps({"draft_id": draft_id, "outcome": outcome, **facts}, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


if __name__ == "__main__":
    sys.exit(main())
