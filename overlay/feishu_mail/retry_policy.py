"""How long a send keeps trying."""

import math
from typing import Final, Literal, TypeAlias

import attrs

from feishu_mail.arguments import invalid_argument, is_number, shown

AfterUnknown: TypeAlias = Literal["resend", "raise"]
_RESEND: Final[AfterUnknown] = "resend"


def _whole_and_positive(_: object, attribute: "attrs.Attribute[int]", value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise invalid_argument(f"{attribute.name} must be an integer, 1 or more, not {shown(value)}")


def _positive(_: object, attribute: "attrs.Attribute[float]", value: object) -> None:
    if not is_number(value) or value <= 0:
        raise invalid_argument(f"{attribute.name} must be a number above 0, not {shown(value)}")


def _finite(_: object, attribute: "attrs.Attribute[float]", value: object) -> None:
    if not is_number(value) or not 0 <= value < math.inf:
        raise invalid_argument(f"{attribute.name} must be a number, 0 or more, not {shown(value)}")


def _known_word(_: object, attribute: "attrs.Attribute[AfterUnknown]", value: object) -> None:
    if value not in ("resend", "raise"):
        raise invalid_argument(f"{attribute.name} must be 'resend' or 'raise', not {shown(value)}")


@attrs.frozen(kw_only=True)
class RetryPolicy:
    """How long one ``drafts.send`` keeps trying. All times are in seconds.

    What is tried again at all is not a matter of policy: it follows from what the document says about the answer.

    Raises:
        InvalidArgument: a number makes no sense.
    """

    max_attempts: int = attrs.field(default=5, validator=_whole_and_positive)
    """Requests in total, the first included. 1 means: never try again."""
    max_seconds: float = attrs.field(default=120.0, validator=_positive)
    """No attempt starts later than this after the first one. An attempt that has started keeps its own timeout, because
    cutting it short would turn a certain outcome into an unknown one. May be infinite."""
    initial_backoff: float = attrs.field(default=0.5, validator=_finite)
    """Wait before the second attempt, when the service names none; doubled for each further one."""
    max_backoff: float = attrs.field(default=30.0, validator=_finite)
    """The longest such wait. A wait that the service names is never shortened."""
    jitter: float = attrs.field(default=0.5, validator=_finite)
    """The most that chance adds to such a wait."""
    after_unknown: AfterUnknown = attrs.field(default=_RESEND, validator=_known_word)
    """After an attempt that may have sent the mail: ``"resend"`` the same draft, which is safe because a draft goes out
    only once and the service's answer then settles the matter; or ``"raise"`` at once."""
