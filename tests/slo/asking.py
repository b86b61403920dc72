"""Answers of Prometheus's own rule engine about series that were made up: promtool only compares, so it is asked with
an answer that cannot be, and says what it got.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.slo import promtool
from tests.slo.case import Case, Check, Labels

_ANSWER = re.compile(r'expr: "(?P<expression>.*)", time: .*\n\s+exp: .*\n\s+got: (?P<got>.*)')
_SAMPLE = re.compile(r"(?P<labels>\{[^{}]*\}) (?P<value>[-+\w.]+)")
_LABEL = re.compile(r'(\w+)="([^"]*)"')
_NEVER = {"question": "asked"}


@dataclass(frozen=True)
class Answer:
    labels: Labels
    value: float


def ask(
    folder: Path,
    groups: Sequence[Mapping[str, Any]],
    series: Mapping[str, str],
    questions: Sequence[tuple[str, int]],
    *,
    scrape_s: int,
    evaluate_s: int,
) -> list[list[Answer]]:
    """Of each question, an expression and the second at which it is asked, what it answers."""
    checks = tuple(
        Check(at_s, f"{text} or vector({number}) < 0", (_NEVER,)) for number, (text, at_s) in enumerate(questions)
    )
    said = promtool.run(promtool.write(folder, "asked", groups, [Case("asked", evaluate_s, scrape_s, series, checks)]))
    answered = dict(_answers(said))
    missing = [number for number in range(len(questions)) if number not in answered]
    if missing:
        raise ValueError(f"promtool does not answer {questions[missing[0]][0]}:\n{said[:2000]}")
    return [answered[number] for number in range(len(questions))]


def _answers(said: str) -> Iterator[tuple[int, list[Answer]]]:
    for found in _ANSWER.finditer(said):
        number = int(found["expression"].rpartition(" or vector(")[2].partition(")")[0])
        samples = _SAMPLE.finditer(found["got"])
        yield number, [Answer(dict(_LABEL.findall(one["labels"])), float(one["value"])) for one in samples]
