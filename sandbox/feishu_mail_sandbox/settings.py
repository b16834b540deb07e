"""The settings of a running sandbox, and reading a change of them from JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from feishu_mail_sandbox.rate_window import RateLimit

_LARGEST_NUMBER = 1_000_000_000


class InvalidSettings(ValueError):
    """A setting that does not exist or has an unusable value; the message names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a test can change: the rate limit (None: off), how long a send holds its mailbox, mailboxes that exist."""

    rate_limit: RateLimit | None
    send_seconds: float = 0
    mailboxes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """A validated change: the settings from now on, and by how many seconds to move the clock forward."""

    settings: Settings
    advance_seconds: float
    new_rate_limit: bool


def read_change(current: Settings, changes: Mapping[str, Any]) -> SettingsChange:
    """Reads the body of POST /_sandbox/settings. Raises InvalidSettings, and then nothing is changed."""
    known = ("clock", "mailboxes", "rate_limit", "send_seconds")
    for name in changes:
        if name not in known:
            raise InvalidSettings(f"unknown setting {name!r}; known: {', '.join(known)}")
    settings = current
    advance: float = 0
    if "rate_limit" in changes:
        settings = replace(settings, rate_limit=_rate_limit(changes["rate_limit"]))
    if "send_seconds" in changes:
        settings = replace(settings, send_seconds=_number("send_seconds", changes["send_seconds"]))
    if "mailboxes" in changes:
        settings = replace(settings, mailboxes=_mailboxes(changes["mailboxes"]))
    if "clock" in changes:
        clock = _members("clock", changes["clock"], ("advance",))
        advance = _number("clock.advance", clock["advance"])
    return SettingsChange(settings, advance, new_rate_limit="rate_limit" in changes)


def _rate_limit(value: Any) -> RateLimit | None:
    if value is None:
        return None
    members = _members("rate_limit", value, ("calls", "seconds"))
    calls = members["calls"]
    if not isinstance(calls, int) or isinstance(calls, bool) or not 1 <= calls <= _LARGEST_NUMBER:
        raise InvalidSettings(f"rate_limit.calls must be a whole number from 1 to {_LARGEST_NUMBER}")
    seconds = _number("rate_limit.seconds", members["seconds"])
    if not seconds:
        raise InvalidSettings("rate_limit.seconds must be above 0; to switch the limit off set rate_limit to null")
    return RateLimit(calls, seconds)


def _mailboxes(value: Any) -> tuple[str, ...]:
    items = cast("list[object]", value) if isinstance(value, list) else [None]
    names = tuple(item for item in items if isinstance(item, str) and item)
    if len(names) != len(items):
        raise InvalidSettings("mailboxes must be a list of non-empty strings")
    return names


def _members(name: str, value: Any, members: tuple[str, ...]) -> Mapping[str, Any]:
    given = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    if given.keys() != set(members):
        null = " or null" if name == "rate_limit" else ""
        raise InvalidSettings(f"{name} must be an object with {' and '.join(members)}{null}")
    return given


def _number(name: str, value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= _LARGEST_NUMBER:
        raise InvalidSettings(f"{name} must be a number of seconds from 0 to {_LARGEST_NUMBER}")
    return value
