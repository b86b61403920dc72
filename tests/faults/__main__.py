"""Strikes every fault and prints the table of what came of it.

Example: python -m tests.faults --seeds 30 --only 1,6 --output faults.md
"""

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.faults.fault import Fault, faults
from tests.faults.running import strike_all
from tests.faults.table import document, markdown


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every fault had the expected end, 1 when one had not, 2 for bad input, 130 when interrupted."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets its background commands ignore it
    parser = _parser()
    options = parser.parse_args(arguments)
    chosen = _chosen(faults(), options.only)
    if not chosen:
        known = ", ".join(f"{one.number} ({one.name})" for one in sorted(faults(), key=lambda one: one.number))
        parser.error(f"--only {options.only}: no such fault; there are {known}")
    if options.list:
        for one in chosen:
            print(f"{one.number:>3} {one.level} {one.name}: {one.title}. Expected: {one.expected}")
        return 0
    seeds = [options.seed] if options.seed is not None else range(options.seeds)
    results, interrupted = [], False
    try:
        for number, result in enumerate(strike_all(chosen, seeds), 1):
            results.append(result)
            said = f"FAILED; again: {result.again}" if result.wrong else result.observed.text
            where = f"{number}/{len(chosen) * len(seeds)}"
            print(f"{where} {result.fault.name} seed {result.seed} {result.seconds:.0f} s: {said}", file=sys.stderr)
    except KeyboardInterrupt:
        interrupted = True
        print("interrupted: the table has what was done", file=sys.stderr)
    print(markdown(results), end="")
    if options.output:
        _write(options.output, markdown(results))
        _write(options.output.with_suffix(".json"), json.dumps(document(results), indent=1) + "\n")
    return 130 if interrupted else int(any(result.wrong for result in results))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.faults", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--seeds", type=_count, default=3, metavar="N", help="strike under the seeds 0 to N-1 (3)")
    parser.add_argument("--seed", type=int, metavar="K", help="strike under this seed alone")
    parser.add_argument("--only", metavar="1,6", help="these faults alone, by number or by name")
    parser.add_argument("--output", type=Path, metavar="FILE.md", help="also write the table, and FILE.json beside it")
    parser.add_argument("--list", action="store_true", help="list the faults and strike none")
    return parser


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} must be a whole number from 1")
    return int(text)


def _chosen(known: Sequence[Fault], only: str | None) -> list[Fault]:
    wanted = set(filter(None, (only or "").split(",")))
    found = [one for one in known if only is None or {str(one.number), one.name} & wanted]
    unknown = wanted - {name for one in found for name in (str(one.number), one.name)}
    return [] if unknown else found


def _write(file: Path, text: str) -> None:
    new = file.with_name(f"{file.name}.new")
    new.write_text(text)
    new.replace(file)


if __name__ == "__main__":
    sys.exit(main())
