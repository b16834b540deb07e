"""Sends the drafts of a ledger with Celery. Any engine that repeats a step will do, for the ledger decides.

    export FEISHU_USER_ACCESS_TOKEN=u-... CELERY_BROKER_URL=redis://... FEISHU_MAIL_LEDGER=postgresql://...
    celery --app examples.celery_worker worker --concurrency 4    # on each host
    python examples/celery_worker.py < draft_ids.txt

A task holds the number of a draft in the ledger, and no token. A task that is lost or comes twice does no harm: a draft
goes out once, and `hand_over`, run again (by hand, or by celery beat), makes tasks for whatever is open.
"""

import os
import sys
from functools import cache

from celery import Celery, Task

from feishu_mail import DraftSender

app = Celery("feishu_mail", broker=os.environ["CELERY_BROKER_URL"])
app.conf.update(task_acks_late=True, task_reject_on_worker_lost=True, worker_prefetch_multiplier=1)


@cache
def sender() -> DraftSender:
    """Returns the one of this process, made when it is needed, so that Celery has forked by then."""
    return DraftSender(ledger=os.environ["FEISHU_MAIL_LEDGER"])


@app.task(bind=True, max_retries=None, ignore_result=True)
def send(self: Task, number: int) -> None:
    """Sends one draft."""
    again_in = sender().send(number).again_in
    if again_in is not None:
        raise self.retry(countdown=again_in)


@app.task(ignore_result=True)
def hand_over() -> None:
    """Makes a task for each draft that is still to be sent."""
    for number in sender().open_drafts():
        send.delay(number)  # pyright: ignore[reportFunctionMemberAccess] -- Celery has no types


if __name__ == "__main__":
    sender().add(line.strip() for line in sys.stdin if line.strip())
    sender().begin_run()
    hand_over()
