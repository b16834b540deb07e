"""Settings of hypothesis: how long it looks, by `--hypothesis-profile`; the everyday run tries 100 examples."""

from hypothesis import settings

settings.register_profile("faults", max_examples=3_000, deadline=None)
settings.register_profile("long", max_examples=20_000, deadline=None)
