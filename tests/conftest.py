"""What no test may depend on: how this process handles Ctrl-C, proxies in its environment, the speed of the machine."""

import os
import signal

from hypothesis import settings

# A shell lets its background jobs ignore SIGINT, as nohup does with SIGHUP, and their children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[name]

# How long hypothesis looks, by `--hypothesis-profile`.
settings.register_profile("everyday", max_examples=100, deadline=None)
settings.register_profile("faults", max_examples=3_000, deadline=None)
settings.register_profile("long", max_examples=20_000, deadline=None)
settings.load_profile("everyday")
