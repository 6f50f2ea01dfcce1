"""What holds for every test."""

import signal

from hypothesis import settings

# Timings say nothing on a busy machine; they belong in benchmarks/.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

# Begun in the background, the tests would hand on to every process that Ctrl-C is to be ignored.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
