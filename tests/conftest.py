"""How long hypothesis looks, and that nothing which a shell hands down changes what the tests see."""

import os
import signal

from hypothesis import settings

# A shell ignores SIGINT for its background jobs, and a proxy does not serve loopback; programs inherit both.
signal.signal(signal.SIGINT, signal.default_int_handler)
for variable in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[variable]

# By `--hypothesis-profile`; the everyday run tries 100 examples.
settings.register_profile("faults", max_examples=3_000, deadline=None)
settings.register_profile("long", max_examples=20_000, deadline=None)
