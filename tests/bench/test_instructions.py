"""Instructions are read from what perf and callgrind tell; neither is believed when it could not count."""

import pytest

from bench.children import BenchError
from bench.instructions import read_callgrind, read_perf


def test_perf() -> None:
    assert read_perf("1234567,,instructions:u,1000,100.00,,\n") == 1_234_567


def test_perf_without_a_counter() -> None:
    with pytest.raises(BenchError):
        read_perf("<not supported>,,instructions:u,0,100.00,,\n")


def test_callgrind() -> None:
    assert read_callgrind("==1== Events    : Ir\n==1== Collected : 342173921\n==1== \n") == 342_173_921


def test_callgrind_that_failed() -> None:
    with pytest.raises(BenchError):
        read_callgrind("valgrind: failed to start tool\n")
