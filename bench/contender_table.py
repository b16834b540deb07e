"""Who is measured: a program each (``contenders/``), and the environment that it runs in."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
PROGRAMS: Final = ROOT / "bench" / "contenders"
WORKERS: Final = ROOT / "bench" / "workers"
RESULTS: Final = ROOT / "build" / "bench"
PROJECT_PYTHON: Final = ROOT / ".venv" / "bin" / "python"


def interpreter(environment: str) -> Path:
    """Returns the Python of one of the environments that make fills."""
    return RESULTS / "environments" / environment / "bin" / "python"


# A folder beside the environments, for the workers that measure with pyperf: no contender shall find it installed.
WORKER_TOOLS: Final = RESULTS / "worker-tools"


@dataclass(frozen=True, slots=True)
class Contender:
    """A way to send a draft."""

    key: str
    """Also the name of its program."""
    environment: str
    package: str
    """What its users import."""
    has_async: bool = True
    slow: bool = False
    """Takes so long that it gets fewer rounds than the others."""

    @property
    def python(self) -> str:
        """The interpreter that has it installed."""
        return str(interpreter(self.environment))

    @property
    def program(self) -> str:
        """The program that sends one draft: BASE_URL DRAFT_ID."""
        return str(PROGRAMS / f"{self.key}.py")


SDK: Final = Contender("sdk", "sdk", "feishu_mail")
BARE_HTTPX: Final = Contender("bare_httpx", "bare-httpx", "httpx")
GENERATED_CLIENT: Final = Contender("generated_client", "generated-client", "feishu_mail_client")
REQUESTS: Final = Contender("requests_session", "requests", "requests", has_async=False)
OFFICIAL_SDK: Final = Contender("official_sdk", "official-sdk", "lark_oapi", slow=True)

CONTENDERS: Final[Sequence[Contender]] = (SDK, BARE_HTTPX, GENERATED_CLIENT, REQUESTS, OFFICIAL_SDK)
GATED: Final[Sequence[Contender]] = (SDK, BARE_HTTPX)


def in_round(contenders: Sequence[Contender], number: int, *, slow_every: int) -> Sequence[Contender]:
    """Returns who takes part in a round, in its order: it alternates, so that a slow moment hits no side alone.

    The slow ones take part in the first round, and in each ``slow_every``-th after it.
    """
    taking_part = [each for each in contenders if not each.slow or number % slow_every == 0]
    return taking_part[::-1] if number % 2 else taking_part
