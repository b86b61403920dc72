"""`python -m platformctl`."""

from platformctl.main import main

main()
