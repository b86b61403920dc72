"""platformctl with some of its policy packs: starting all three is half of what a small update costs.

`FAULTS_PACKS` names those to keep, separated by commas. Nothing else differs from `python -m platformctl`.
"""

import os

from platformctl import engine
from platformctl.main import main

engine.PACKS = tuple(filter(None, os.environ["FAULTS_PACKS"].split(",")))  # type: ignore[assignment]
main()
