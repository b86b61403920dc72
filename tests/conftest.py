"""What holds for every test: an interrupt is one, however pytest was started."""

import signal

# A shell lets its background commands, and all that these start, ignore interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
