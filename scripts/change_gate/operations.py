"""Compares what the document says of operations and their errors in extensions, where no tool looks."""

from collections.abc import Iterator, Mapping, Sequence

from change_gate.verdict import Change, Verdict, by_operation
from operation_table import ErrorRow, OperationRow

JUDGEMENTS = ("http_statuses", "outcome", "outcome_after_unknown", "retry", "affects")


def compare_operations(before: Sequence[OperationRow], after: Sequence[OperationRow]) -> list[Change]:
    """Returns what changed in operations that are in both, but for texts. Of the other operations oasdiff speaks."""
    old = {row.operation_id: row for row in before}
    return by_operation(
        (row.operation_id, change)
        for row in after
        if row.operation_id in old
        for change in _changes(old[row.operation_id], row)
    )


def _changes(old: OperationRow, new: OperationRow) -> Iterator[Change]:
    if old.idempotency != new.idempotency:
        # Whoever must not repeat a call loses nothing when repeating it becomes possible. Any other change turns what
        # programs do after a lost answer into a mistake.
        loosened = old.idempotency == "none" and new.idempotency in ("idempotent", "keyed")
        words = f"repeating a call is `{new.idempotency}` instead of `{old.idempotency}`"
        yield Change(Verdict.ADDITIVE if loosened else Verdict.BREAKING, words, is_judgement=loosened)
    if (old.calls, old.seconds) != (new.calls, new.seconds):
        looser = new.calls >= old.calls and new.calls / new.seconds >= old.calls / old.seconds
        words = f"{new.calls} calls in {new.seconds} s are accepted instead of {old.calls} in {old.seconds} s"
        yield Change(Verdict.ADDITIVE if looser else Verdict.BREAKING, words)
    for scope in new.scopes:
        if scope not in old.scopes:
            words = f"the scope `{scope}` is required, which nobody has granted for this call so far"
            yield Change(Verdict.BREAKING, words)
    for scope in old.scopes:
        if scope not in new.scopes:
            yield Change(Verdict.ADDITIVE, f"the scope `{scope}` is no longer required")
    yield from _compare_errors(_by_identity(old), _by_identity(new))


def _by_identity(row: OperationRow) -> Mapping[int | str, ErrorRow]:
    """Returns errors by code, and those with code 0 by name."""
    return {error.code or error.name: error for error in row.errors}


def _compare_errors(old: Mapping[int | str, ErrorRow], new: Mapping[int | str, ErrorRow]) -> Iterator[Change]:
    for identity, error in old.items():
        if identity not in new:
            yield Change(Verdict.BREAKING, f"{_title(error)} is gone, and with it the member of generated enums")
        else:
            yield from _changed(error, new[identity])
    for identity, error in new.items():
        if identity not in old:
            facts = ", ".join(_word(getattr(error, fact)) for fact in JUDGEMENTS if getattr(error, fact))
            words = f"{_title(error)} ({facts}: {error.summary})"
            # Who does not know a refusal with code 0 takes the answer for a success, and the mail for sent.
            if error.code == 0:
                yield Change(Verdict.BREAKING, f"new success that is none, {words}")
            else:
                yield Change(Verdict.ADDITIVE, f"new error {words}")


def _changed(old: ErrorRow, new: ErrorRow) -> Iterator[Change]:
    if (old.name, old.when_filled) != (new.name, new.when_filled):
        found_by = f", found by `data.{new.when_filled}`," if new.when_filled else ""
        words = f"{_title(old)} is called `{new.name}`{found_by} now, and so is the member of generated enums"
        yield Change(Verdict.BREAKING, words)
    judgements = [
        f"{fact} {_word(getattr(old, fact))} becomes {_word(getattr(new, fact))}"
        for fact in JUDGEMENTS
        if getattr(old, fact) != getattr(new, fact)
    ]
    if judgements:
        # A correction: the service does what it did before. A major version would keep it from everybody who has to
        # have it, and a patch would bring it unread.
        yield Change(Verdict.ADDITIVE, f"{_title(new)}: {', '.join(judgements)}", is_judgement=True)


def _title(error: ErrorRow) -> str:
    return f"{error.code} `{error.name}`" if error.code else f"`{error.name}`"


def _word(value: str | tuple[int, ...] | None) -> str:
    return " or ".join(map(str, value)) if isinstance(value, tuple) else f"`{value or 'nothing'}`"
