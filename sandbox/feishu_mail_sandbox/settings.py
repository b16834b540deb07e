"""The settings of a running sandbox, and reading a change of them from JSON."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from feishu_mail_sandbox.json_body import Unusable
from feishu_mail_sandbox.rate_window import RateLimit

_LARGEST_NUMBER = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Settings:
    """What a test can change: the operations' rate limits (None: off), how long a send holds its mailbox, mailboxes."""

    rate_limits: Mapping[str, RateLimit | None]
    send_seconds: float = 0
    mailboxes: tuple[str, ...] = ()

    @property
    def rate_limit(self) -> RateLimit | None:
        """The limit that lets the fewest calls through in the long run; None when all are off."""
        limits = filter(None, self.rate_limits.values())
        return min(limits, key=lambda limit: limit.calls / limit.seconds, default=None)


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """A validated change: all settings from now on, whose rate limits are new, and the seconds to move the clock."""

    settings: Settings
    advance_seconds: float
    new_rate_limits: frozenset[str]


def read_change(current: Settings, changes: Mapping[str, Any]) -> SettingsChange:
    """Reads the body of POST /_sandbox/settings. Raises Unusable, and then nothing is changed."""
    known = ("clock", "mailboxes", "rate_limit", "rate_limits", "send_seconds")
    for name in changes:
        if name not in known:
            raise Unusable(f"unknown setting {name!r}; known: {', '.join(known)}")
    advance: float = 0
    limits = _rate_limits(current.rate_limits, changes)
    settings = replace(current, rate_limits={**current.rate_limits, **limits})
    if "send_seconds" in changes:
        settings = replace(settings, send_seconds=_number("send_seconds", changes["send_seconds"]))
    if "mailboxes" in changes:
        settings = replace(settings, mailboxes=_mailboxes(changes["mailboxes"]))
    if "clock" in changes:
        advance = _number("clock.advance", _members("clock", changes["clock"], ("advance",))["advance"])
    return SettingsChange(settings, advance, frozenset(limits))


def _rate_limits(operations: Collection[str], changes: Mapping[str, Any]) -> dict[str, RateLimit | None]:
    limits: dict[str, RateLimit | None] = {}
    if "rate_limit" in changes:
        limits = dict.fromkeys(operations, _rate_limit("rate_limit", changes["rate_limit"]))
    single = changes.get("rate_limits", {})
    if not isinstance(single, dict):
        raise Unusable("rate_limits must be an object with operations and their limits")
    for operation_id, limit in cast("dict[str, Any]", single).items():
        if operation_id not in operations:
            raise Unusable(f"rate_limits has no operation {operation_id!r}; known: {', '.join(operations)}")
        limits[operation_id] = _rate_limit(f"rate_limits.{operation_id}", limit)
    return limits


def _rate_limit(name: str, value: Any) -> RateLimit | None:
    if value is None:
        return None
    members = _members(name, value, ("calls", "seconds"))
    calls = members["calls"]
    if not isinstance(calls, int) or isinstance(calls, bool) or not 1 <= calls <= _LARGEST_NUMBER:
        raise Unusable(f"{name}.calls must be a whole number from 1 to {_LARGEST_NUMBER}")
    seconds = _number(f"{name}.seconds", members["seconds"])
    if not seconds:
        raise Unusable(f"{name}.seconds must be above 0; to switch the limit off set {name} to null")
    return RateLimit(calls, seconds)


def _mailboxes(value: Any) -> tuple[str, ...]:
    items = cast("list[object]", value) if isinstance(value, list) else [None]
    names = tuple(item for item in items if isinstance(item, str) and item)
    if len(names) != len(items):
        raise Unusable("mailboxes must be a list of non-empty strings")
    return names


def _members(name: str, value: Any, members: tuple[str, ...]) -> Mapping[str, Any]:
    given = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    if given.keys() != set(members):
        null = " or null" if name.startswith("rate_limit") else ""
        raise Unusable(f"{name} must be an object with {' and '.join(members)}{null}")
    return given


def _number(name: str, value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= _LARGEST_NUMBER:
        raise Unusable(f"{name} must be a number of seconds from 0 to {_LARGEST_NUMBER}")
    return value
