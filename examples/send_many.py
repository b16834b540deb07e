"""Sends the drafts whose ids stand on standard input, one a line, each once; start it again to go on after anything.

FEISHU_USER_ACCESS_TOKEN=u-... python examples/send_many.py sqlite:///run.db < draft_ids.txt
"""

import sys

from feishu_mail import send_many

if __name__ == "__main__":
    draft_ids = (line.strip() for line in sys.stdin if line.strip())
    report = send_many(draft_ids, ledger=sys.argv[1], on_progress=print)
    for entry in report.entries():
        print(entry.draft_id, entry.state, entry.name or "", entry.log_id or "")
    sys.exit(0 if report.all_sent else 1)
