"""How long a call keeps trying."""

import math
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from feishu_mail.calls.arguments import as_number, check_choice, shown
from feishu_mail.outcomes.exceptions import invalid_argument

AfterUnknown: TypeAlias = Literal["resend", "raise"]
_RESEND: Final[AfterUnknown] = "resend"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How long one call keeps trying. All times are in seconds.

    What is tried again at all is not a matter of policy: it follows from what the document says about the answer.

    Raises:
        InvalidArgument: a number makes no sense.
    """

    max_attempts: int = 5
    """Requests in total, the first included. 1 means: never try again."""
    max_seconds: float = 120.0
    """No attempt starts later than this after the first one. An attempt that has started keeps its own timeout, because
    cutting it short would turn a certain outcome into an unknown one. May be infinite."""
    initial_backoff: float = 0.5
    """Wait before the second attempt, when the service names none; doubled for each further one."""
    max_backoff: float = 30.0
    """The longest such wait. A wait that the service names is never shortened."""
    jitter: float = 0.5
    """The most that chance adds to such a wait."""
    after_unknown: AfterUnknown = _RESEND
    """After an attempt of a write that may have been done: ``"resend"`` the same call where that is safe (a draft goes
    out only once, and the service's answer then settles the matter); or ``"raise"`` at once. What would be done a
    second time is never repeated, whatever stands here."""

    def __post_init__(self) -> None:
        _check_attempts(self.max_attempts)
        _check_positive("max_seconds", self.max_seconds)
        _check_finite("initial_backoff", self.initial_backoff)
        _check_finite("max_backoff", self.max_backoff)
        _check_finite("jitter", self.jitter)
        check_choice("after_unknown", self.after_unknown, ("resend", "raise"))


def _check_attempts(value: object) -> None:
    number = as_number(value)
    if number is None or not isinstance(value, int) or number < 1:
        raise invalid_argument(f"max_attempts must be an integer, 1 or more, not {shown(value)}")


def _check_positive(name: str, value: object) -> None:
    number = as_number(value)
    if number is None or number <= 0:
        raise invalid_argument(f"{name} must be a number above 0, not {shown(value)}")


def _check_finite(name: str, value: object) -> None:
    number = as_number(value)
    if number is None or not 0 <= number < math.inf:
        raise invalid_argument(f"{name} must be a number, 0 or more, not {shown(value)}")
