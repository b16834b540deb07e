"""Says what changed, in Markdown that can become an entry of the changelog."""

from collections.abc import Sequence

from change_gate.verdict import Change, Verdict, Version, is_refused, judge, needed_version

HEADINGS = (
    ("Breaking", Verdict.BREAKING, False),
    ("Changed judgements", Verdict.ADDITIVE, True),
    ("Added", Verdict.ADDITIVE, False),
    ("Harmless", Verdict.HARMLESS, False),
)


def report(changes: Sequence[Change], base: Version, now: Version, *, released: bool) -> str:
    """Returns the changes in sections, the gravest first, and the verdict in the last line."""
    lines: list[str] = []
    for heading, verdict, is_judgement in HEADINGS:
        texts = [each.text for each in changes if (each.verdict, each.is_judgement) == (verdict, is_judgement)]
        if texts:
            lines += [f"### {heading}", "", *(f"- {text}" for text in texts), ""]
    verdict = judge(changes)
    last = _about_the_version(base, now, verdict) if released else "No tag contains the document, so it breaks nobody."
    return "\n".join([*lines, f"Verdict: {verdict.name.lower()}. {last}"])


def _about_the_version(base: Version, now: Version, verdict: Verdict) -> str:
    needed, present = needed_version(base, verdict), _written(now)
    if now < base:
        return f"The version went back to {present}."
    if verdict is Verdict.UNCHANGED:
        return f"The version is {present}."
    if now >= needed:
        return f"Version {present} says so."
    if is_refused(base, now, verdict):
        return f"The version must become {_written(needed)}; it is {present}."
    return f"The version is {present}; make it {_written(needed)} before you publish the document."


def _written(version: Version) -> str:
    return ".".join(map(str, version))
