"""`python -m sandbox.tools ensure [NAME ...]`: makes tools ready before a command that needs them."""

import argparse
import sys

from sandbox.tools import ToolError, ensure
from sandbox.tools.table import in_group, package_of


def main() -> int:
    """0 when the tools are ready, 2 when one is not to be had, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.tools", description=__doc__)
    parser.add_argument("command", choices=["ensure"])
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"a tool, or a group of them: {', '.join((*in_group, *package_of))} (default: engine)",
    )
    arguments = parser.parse_args()
    names = [tool for name in arguments.names or ["engine"] for tool in in_group.get(name, (name,))]
    if unknown := [name for name in names if name not in package_of]:
        parser.error(f"unknown tool: {', '.join(unknown)}; known: {', '.join((*in_group, *package_of))}")
    try:
        ensure(names, lambda line: print(line, file=sys.stderr, flush=True))
    except ToolError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted: nothing was installed", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
