"""The sliding log: the limit holds in every window, and the wait that it names is long enough."""

from hypothesis import given, settings
from hypothesis import strategies as st

from feishu_mail_sandbox.rate_window import NANOSECONDS, RateLimit, RateWindow

LIMITS = st.builds(RateLimit, calls=st.integers(1, 5), seconds=st.integers(1, 10) | st.floats(0.001, 10))
# Many calls at one instant, many about a window apart, and a start as late as the clock's.
GAPS = st.lists(st.integers(0, 3 * NANOSECONDS) | st.sampled_from([0, 1, NANOSECONDS, 10 * NANOSECONDS]), max_size=40)
STARTS = st.sampled_from([0, 1_790_000_000 * NANOSECONDS + 123_456_789])


@settings(deadline=None)
@given(limit=LIMITS, gaps=GAPS, start=STARTS)
def test_never_more_than_the_limit_in_any_window(limit: RateLimit, gaps: list[int], start: int) -> None:
    window, now, admitted = RateWindow(limit), start, list[int]()
    for gap in gaps:
        now += gap
        if window.admit(now):
            admitted.append(now)
    span = round(limit.seconds * NANOSECONDS)
    for first in admitted:
        assert sum(first <= instant < first + span for instant in admitted) <= limit.calls


@settings(deadline=None)
@given(limit=LIMITS, gaps=GAPS, start=STARTS)
def test_a_refused_call_names_a_wait_after_which_a_call_passes(limit: RateLimit, gaps: list[int], start: int) -> None:
    window, now = RateWindow(limit), start
    for gap in gaps:
        now += gap
        if not window.admit(now):
            wait = window.seconds_until_free(now)
            assert 1 <= wait <= max(1, limit.seconds + 1)
            now += wait * NANOSECONDS
            assert window.admit(now)


@settings(deadline=None)
@given(limit=LIMITS, gaps=GAPS)
def test_the_wait_is_no_longer_than_whole_seconds_make_it(limit: RateLimit, gaps: list[int]) -> None:
    window, now = RateWindow(limit), 0
    for gap in gaps:
        now += gap
        if not window.admit(now):
            wait = window.seconds_until_free(now)
            if wait > 1:
                assert not window.admit(now + (wait - 1) * NANOSECONDS)
            return


@settings(deadline=None)
@given(limit=LIMITS, tries=st.integers(1, 30))
def test_refused_calls_are_not_counted(limit: RateLimit, tries: int) -> None:
    window = RateWindow(limit)
    for _ in range(limit.calls):
        assert window.admit(0)
    later = round(limit.seconds * NANOSECONDS)
    for _ in range(tries):
        assert not window.admit(later - 1)
    assert all(window.admit(later) for _ in range(limit.calls))
    assert not window.admit(later)
