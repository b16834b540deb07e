"""A demand is met up to its limit and not beyond; the gate's limits are wider by a stated margin."""

import pytest

from bench.plan import GATE_MARGIN, PARTS, SDK, Demand, Part, judge_endurance, judge_import, judge_ratios


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
@pytest.mark.parametrize("margin", [1.0, GATE_MARGIN])
@pytest.mark.parametrize(("share", "met"), [(0.999, True), (1.001, False)])
def test_ratios_of_medians_decide(part: Part, margin: float, share: float, *, met: bool) -> None:
    for demand in part.demands:
        others = {(other.against, _name(part, other)): [2.0] for other in part.demands}
        figures = {**others, (SDK, _name(part, demand)): [0.001, 2 * demand.limit * margin * share, 1000]}
        (verdict,) = judge_ratios(Part(part.name, (), part.full, part.quick, (demand,)), figures, margin)

        assert verdict.met is met
        assert f"times {demand.against}: at most {demand.limit * margin:.3f}" in verdict.text


def _name(part: Part, demand: Demand) -> str:
    return f"{part.name}: {demand.figure}"


def test_what_is_demanded_is_measured() -> None:
    for part in PARTS:
        assert part.demands
        assert {SDK, *(demand.against for demand in part.demands)} <= set(part.contenders)
        with pytest.raises(KeyError):
            judge_ratios(part, {})


@pytest.mark.parametrize(
    ("memory", "sockets", "threads", "met"),
    [
        (2**20 - 1, 0, 0, [True, True, True]),
        (2**20, 0, 0, [False, True, True]),
        (-4096, 1, 0, [True, False, True]),
        (0, 0, 1, [True, True, False]),
    ],
)
def test_many_sends_leave_nothing(memory: float, sockets: float, threads: float, met: list[bool]) -> None:
    held = {"memory": memory, "sockets": sockets, "threads": threads}
    verdicts = judge_endurance({(SDK, f"endurance: {name}"): [value] for name, value in held.items()})

    assert [verdict.met for verdict in verdicts] == met


def test_a_heavy_package_is_named() -> None:
    assert judge_import({"httpx", "feishu_mail"}).met

    verdict = judge_import({"httpx", "yaml", "feishu_mail_client"})
    assert not verdict.met
    assert verdict.text.endswith("feishu_mail_client, yaml")
