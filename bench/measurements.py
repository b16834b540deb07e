"""The parts of a run. Contenders alternate in each, against one server, and what they yield goes into the recording."""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from bench.children import run, serving, started
from bench.contender_table import (
    BARE_HTTPX,
    CONTENDERS,
    OFFICIAL_SDK,
    PROJECT_PYTHON,
    ROOT,
    SDK,
    WORKER_TOOLS,
    WORKERS,
    Contender,
    in_round,
    interpreter,
)
from bench.instructions import find_counter
from bench.recording import Recording, values_in
from bench.sizes import Sizes

Tell = Callable[[str], None]
SERVER: Final = (sys.executable, "-I", str(ROOT / "bench" / "loopback_server.py"))
SANDBOX_ENVIRONMENT: Final = "sdk-with-extras"


def one_process(command: Sequence[str]) -> Mapping[str, float]:
    """Returns the wall seconds, CPU seconds and peak bytes of a whole process."""
    output, _ = run([command[0], "-I", "-S", str(WORKERS / "one_process.py"), *command])
    # The measured process prints nothing; if it did, its words would come before.
    wall, cpu, peak = output.splitlines()[-1].split()
    return {"wall": float(wall), "cpu": float(cpu), "peak": int(peak)}


def _tell_round(tell: Tell, part: str, number: int, rounds: int) -> None:
    # Some rounds are over in a moment.
    if rounds <= 5 or number % 5 == 0:
        tell(f"{part}: round {number + 1} of {rounds}")


def _record_process(recording: Recording, part: str, subject: str, command: Sequence[str]) -> None:
    for measure, value in one_process(command).items():
        recording.add(part, subject, measure, "byte" if measure == "peak" else "second", [value])


def cold_start(recording: Recording, sizes: Sizes, contenders: Sequence[Contender], url: str, tell: Tell) -> None:
    """Whole processes that import, make a client, send one draft and exit."""
    for contender in contenders:
        run([contender.python, "-I", contender.program, url, "warm-up"])  # fills the disk's cache
    for number in range(sizes.cold_starts):
        _tell_round(tell, "cold start", number, sizes.cold_starts)
        for contender in in_round(contenders, number, slow_every=sizes.slow_every):
            command = [contender.python, "-I", contender.program, url, f"draft-{number}"]
            _record_process(recording, "cold-start", contender.key, command)


def imports(recording: Recording, sizes: Sizes, contenders: Sequence[Contender], _url: str, tell: Tell) -> None:
    """Whole processes that import and exit, beside an interpreter that does nothing."""
    sides = {each.key: (each.python, f"import {each.package}") for each in contenders}
    sides["interpreter"] = (SDK.python, "pass")
    if contenders is CONTENDERS:
        sides["sdk_with_extras"] = (str(interpreter(SANDBOX_ENVIRONMENT)), f"import {SDK.package}")
    slow = {each.key for each in contenders if each.slow}
    for key, (python, code) in sides.items():
        # Nothing is imported to tell: it would hide that the package imports the same.
        modules, _ = run([python, "-I", "-c", f"import sys; {code}; print(len(sys.modules))"])
        recording.add("import", key, "modules", "integer", [int(modules)])
    for number in range(sizes.imports):
        _tell_round(tell, "import", number, sizes.imports)
        for key in list(sides)[:: -1 if number % 2 else 1]:
            python, code = sides[key]
            if key not in slow or number % sizes.slow_every == 0:
                _record_process(recording, "import", key, [python, "-I", "-c", code])


def sync_calls(recording: Recording, sizes: Sizes, contenders: Sequence[Contender], url: str, tell: Tell) -> None:
    """Warm sends, one after the other: CPU time, and instructions where something can count them."""
    for number in range(sizes.sync_rounds):
        _tell_round(tell, "sync", number, sizes.sync_rounds)
        for contender in in_round(contenders, number, slow_every=sizes.slow_sync_every):
            options = ["--contender", contender.key, "--loops", str(sizes.sync_sends)]
            options += ["--processes", "1", "--values", str(sizes.sync_values)]
            for values in _with_pyperf(contender.python, "sync_calls.py", url, options)[contender.key]:
                recording.add("sync", contender.key, "cpu", "second", values)
    if sizes.counted_sends:
        _instructions(recording, sizes.counted_sends, contenders, url, tell)


def _instructions(
    recording: Recording, sends: tuple[int, int], contenders: Sequence[Contender], url: str, tell: Tell
) -> None:
    found = find_counter()
    if not found:
        tell("sync: no instructions, since neither perf nor valgrind can count them here")
        return
    name, count = found
    recording.counter = name
    # Its import alone would take callgrind minutes.
    counted = [each for each in contenders if name != "callgrind" or each is not OFFICIAL_SDK]
    tell(f"sync: counting instructions with {name}: {', '.join(each.key for each in counted)}")

    def instructions(contender: Contender) -> float:
        program = str(WORKERS / "counted_calls.py")
        few, many = (count([contender.python, "-s", program, contender.key, url, str(number)]) for number in sends)
        return (many - few) / (sends[1] - sends[0])

    with ThreadPoolExecutor(2) as both_cores:
        for contender, number in zip(counted, both_cores.map(instructions, counted), strict=True):
            recording.add("sync", contender.key, "instructions", "integer", [round(number)])


def async_calls(recording: Recording, sizes: Sizes, contenders: Sequence[Contender], url: str, tell: Tell) -> None:
    """Sends of several tasks over different mailboxes: wall and CPU seconds a send."""
    able = [each for each in contenders if each.has_async]
    for number in range(sizes.async_rounds):
        _tell_round(tell, "async", number, sizes.async_rounds)
        for contender in in_round(able, number, slow_every=1):
            sends = sizes.slow_async_sends if contender.slow else sizes.async_sends
            plan = [f"{in_flight}:{count}" for in_flight, count in sends.items()]
            output, _ = run([contender.python, "-I", str(WORKERS / "async_calls.py"), contender.key, url, *plan])
            for told in map(json.loads, output.splitlines()):
                for measure in ("wall", "cpu"):
                    name = f"{measure}-{told['in_flight']}"
                    recording.add("async", contender.key, name, "second", [told[measure]])


def part_calls(recording: Recording, sizes: Sizes, _contenders: Sequence[Contender], url: str, tell: Tell) -> None:
    """What the SDK adds to a send, one thing at a time."""
    tell("parts: what the SDK adds, one thing at a time")
    options = ["--loops", str(sizes.part_loops), "--processes", str(sizes.part_processes), "--values", "5"]
    for name, runs in _with_pyperf(SDK.python, "part_calls.py", url, options).items():
        for values in runs:
            recording.add("parts", name, "cpu", "second", values)


def _with_pyperf(python: str, worker: str, url: str, options: Sequence[str]) -> dict[str, list[tuple[float, ...]]]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        results = Path(folder) / "results.json"
        command = [python, "-I", str(WORKERS / worker), str(WORKER_TOOLS), "--url", url, "--quiet", "--warmups", "1"]
        run([*command, "--output", str(results), *options])
        return values_in(results)


def memory(recording: Recording, sizes: Sizes, _contenders: Sequence[Contender], url: str, tell: Tell) -> None:
    """Very many sends in one process each, both at once: no time is measured here."""
    tell(f"memory: {sizes.memory_sends:,} sends in one process")
    looks = str(sizes.memory_first_look), str(sizes.memory_sends)

    def looked(contender: Contender) -> list[dict[str, int]]:
        output, _ = run([contender.python, "-I", str(WORKERS / "memory.py"), contender.key, url, *looks])
        seen: list[dict[str, int]] = json.loads(output)
        return seen

    both = (SDK, BARE_HTTPX)
    with ThreadPoolExecutor(2) as both_cores:
        for contender, (before, first, last, after) in zip(both, both_cores.map(looked, both), strict=True):
            recording.note("memory", contender.key, "first", "byte", first["rss"])
            recording.note("memory", contender.key, "last", "byte", last["rss"])
            recording.note("memory", contender.key, "growth", "byte", last["rss"] - first["rss"])
            recording.note("memory", contender.key, "sockets", "integer", after["sockets"] - before["sockets"])
            recording.note("memory", contender.key, "threads", "integer", after["threads"] - before["threads"])


def sandbox(recording: Recording, sizes: Sizes, _contenders: Sequence[Contender], url: str, tell: Tell) -> None:
    """The sandbox's start and pace, beside the pace of this run's own server; and ``make regenerate``."""
    python = str(interpreter(SANDBOX_ENVIRONMENT))
    command = [python, "-I", "-m", "feishu_mail_sandbox", "--port", "0"]
    load = [python, "-I", str(WORKERS / "load.py")]
    sends = str(sizes.sandbox_sends)
    for number in range(sizes.sandbox_starts):
        _tell_round(tell, "sandbox", number, sizes.sandbox_starts)
        began = time.perf_counter()
        # pyperf times processes that end; this is the time until one answers.
        with started(command, quiet=True) as child:
            address = child.stdout.readline().strip() if child.stdout else ""
            recording.add("sandbox", "sandbox", "start", "second", [time.perf_counter() - began])
            recording.add(
                "sandbox", "sandbox", "request", "second", [float(run([*load, address, sends, "--sandbox"])[0])]
            )
        recording.add("sandbox", "server", "request", "second", [float(run([*load, url, sends])[0])])
    for number in range(sizes.regenerations):
        _tell_round(tell, "make regenerate", number, sizes.regenerations)
        # It makes everything, as without --check, but leaves the working tree alone.
        cost = one_process([str(PROJECT_PYTHON), "-s", str(ROOT / "scripts" / "regenerate.py"), "--check"])
        recording.add("sandbox", "regenerate", "wall", "second", [cost["wall"]])


Part = Callable[[Recording, Sizes, Sequence[Contender], str, Tell], None]

MEASUREMENTS: Final[Mapping[str, Part]] = {
    "cold-start": cold_start,
    "import": imports,
    "sync": sync_calls,
    "async": async_calls,
    "parts": part_calls,
    "memory": memory,
    "sandbox": sandbox,
}


def measure(
    parts: Sequence[str], sizes: Sizes, contenders: Sequence[Contender], tell: Tell, recording: Recording
) -> None:
    """Measures the parts, one after the other, against one server.

    Raises:
        BenchError: a contender or a server failed.
    """
    with serving(SERVER) as url:
        for part in parts:
            MEASUREMENTS[part](recording, sizes, contenders, url, tell)
