"""What holds for every test: an interrupt is one, however pytest was started, and a busy machine fails nothing."""

import signal

from hypothesis import settings

# A shell lets its background commands, and all that these start, ignore interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("platform", deadline=None)
settings.load_profile("platform")
