"""Compares the errors of two documents, which stand in named examples, where no tool looks for them."""

from collections.abc import Iterable, Iterator, Sequence

from change_gate.changes import Change, Kind
from error_table import ErrorRow

JUDGEMENT = ("http_statuses", "outcome", "retry", "affects")
TEXTS = ("summary", "summary_zh", "advice", "advice_zh", "source")


def compare_errors(before: Sequence[ErrorRow], after: Sequence[ErrorRow]) -> list[Change]:
    """Returns what changed, the errors being recognised by code, and those with code 0 by name."""
    old, new = ({_identity(row): row for row in rows} for rows in (before, after))
    return [
        *(_removed(row) for identity, row in old.items() if identity not in new),
        *(_added(row) for identity, row in new.items() if identity not in old),
        *(change for identity, row in old.items() if identity in new for change in _changed(row, new[identity])),
    ]


def _identity(row: ErrorRow) -> int | str:
    return row.code or row.name


def _removed(row: ErrorRow) -> Change:
    return Change(Kind.BREAKING, f"{_title(row)} is gone, and with it the member of generated enums")


def _added(row: ErrorRow) -> Change:
    facts = f"{_statuses(row.http_statuses)}, `{row.outcome}`, `{row.retry}`, `{row.affects}`: {row.summary}"
    if row.code == 0:
        # Who does not know it takes the answer for a success, and the mail for sent.
        return Change(Kind.BREAKING, f"new success that is none, {_title(row)} ({facts})")
    return Change(Kind.ADDITIVE, f"new error {_title(row)} ({facts})")


def _changed(before: ErrorRow, after: ErrorRow) -> Iterator[Change]:
    if before.name != after.name:
        yield Change(
            Kind.BREAKING, f"{_title(before)} is called `{after.name}` now, and so is the member of generated enums"
        )
    judgements = [field for field in JUDGEMENT if getattr(before, field) != getattr(after, field)]
    if judgements:
        words = (
            f"{field} {_word(getattr(before, field))} becomes {_word(getattr(after, field))}" for field in judgements
        )
        yield Change(Kind.JUDGEMENT, f"{_title(after)}: {', '.join(words)}")
    texts = [field for field in TEXTS if getattr(before, field) != getattr(after, field)]
    if texts:
        yield Change(Kind.HARMLESS, f"{_title(after)}: reworded {', '.join(texts)}")


def _title(row: ErrorRow) -> str:
    return f"{row.code} `{row.name}`" if row.code else f"`{row.name}`"


def _word(value: str | Iterable[int]) -> str:
    return f"`{value}`" if isinstance(value, str) else _statuses(value)


def _statuses(statuses: Iterable[int]) -> str:
    return " or ".join(map(str, statuses))
