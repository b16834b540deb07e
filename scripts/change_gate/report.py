"""Says what changed: on the terminal, and as the raw material of an entry in the changelog."""

from collections.abc import Iterator

from change_gate.changes import Change, Kind
from change_gate.comparison import Comparison
from change_gate.verdict import Verdict, is_refused, needed_version

HEADINGS = {
    Kind.BREAKING: "Breaking",
    Kind.JUDGEMENT: "Changed judgements",
    Kind.ADDITIVE: "Added",
    Kind.HARMLESS: "Harmless",
}


def as_text(comparison: Comparison, base_name: str) -> str:
    """Returns the changes in sections, the gravest first, and the verdict in the last line."""
    lines = [f"Compared with {base_name}, version {comparison.base}:"]
    for heading, changes in _sections(comparison):
        lines += ["", f"{heading}:", *(f"  - {change.text}" for change in changes)]
    return "\n".join([*lines, "", _sentence_on_the_version(comparison)])


def as_markdown(comparison: Comparison, base_name: str) -> str:
    """Returns the raw material of the changelog's entry."""
    version = max(comparison.now, needed_version(comparison.base, comparison.verdict))
    lines = [
        f"## The document {version}",
        "",
        f"Compared with {base_name}, version {comparison.base}: {comparison.verdict.name.lower()}.",
    ]
    for heading, changes in _sections(comparison):
        lines += ["", f"### {heading}", "", *(f"- {change.text}" for change in changes)]
    return "\n".join(lines) + "\n"


def _sections(comparison: Comparison) -> Iterator[tuple[str, list[Change]]]:
    for kind, heading in HEADINGS.items():
        changes = [change for change in comparison.changes if change.kind is kind]
        if changes:
            yield heading, changes


def _sentence_on_the_version(comparison: Comparison) -> str:
    base, now, verdict = comparison.base, comparison.now, comparison.verdict
    needed = needed_version(base, verdict)
    meaning = f"Verdict: {verdict.name.lower()}."
    if now < base:
        return f"{meaning} The version went back to {now}."
    if verdict is Verdict.UNCHANGED:
        return f"{meaning} The version is {now}."
    if now >= needed:
        return f"{meaning} Version {now} says so."
    if is_refused(base, now, verdict):
        return f"{meaning} The version must become {needed}; it is {now}."
    return f"{meaning} The version is {now}; make it {needed} before you publish the document."
