"""What all tests share: how hypothesis draws its examples, and that Ctrl-C reaches what they start."""

import os
import signal

from hypothesis import settings

# The first call of a compiled function takes seconds and the next microseconds, so deadlines tell nothing.
settings.register_profile("default", deadline=None)
# On a build server the same commit always gets the same verdict; the search for new examples is for people.
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI", "").lower() == "true" else "default")

# A shell that starts something in the background lets it ignore Ctrl-C, and whatever that starts inherits it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
