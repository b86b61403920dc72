"""`python -m sandbox.tools ensure [NAME ...]`: makes tools ready before a command that needs them."""

import argparse
import sys

from sandbox.tools import ToolError, ensure
from sandbox.tools.table import package_of


def main() -> int:
    """0 when the tools are ready, 2 when one is not to be had, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.tools", description=__doc__)
    parser.add_argument("command", choices=["ensure"])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"default: {', '.join(package_of)}")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.names if name not in package_of]:
        parser.error(f"unknown tool: {', '.join(unknown)}; known: {', '.join(package_of)}")
    try:
        ensure(arguments.names or package_of, lambda line: print(line, file=sys.stderr, flush=True))
    except ToolError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted: nothing was installed", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
