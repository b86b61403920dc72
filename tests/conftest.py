"""What holds for every test: an interrupt is one, however pytest was started, a busy machine fails nothing, and the
same commit has the same outcome.
"""

import os
import signal

from hypothesis import Phase, settings

# A shell lets its background commands, and all that these start, ignore interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Without the phase that explains failures: it traces every line, in which Python 3.11 was seen to loop without end.
_PHASES = [phase for phase in Phase if phase is not Phase.explain]
settings.register_profile("platform", deadline=None, phases=_PHASES, derandomize=True)
settings.register_profile("explore", deadline=None, phases=_PHASES, max_examples=1_000)  # other examples each time
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "platform"))
