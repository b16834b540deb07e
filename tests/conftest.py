"""Settings of hypothesis: `--hypothesis-profile long` looks much longer than the everyday run."""

from hypothesis import settings

settings.register_profile("long", max_examples=20_000, deadline=None)
