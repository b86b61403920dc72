"""Whether a chain of records is whole and as it was written, told from its files alone."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from platformctl.records.record import HEAD_PURPOSE, KIND, RECORD_PURPOSE, SCHEMA, head_name, record_name
from platformctl.signing.canonical import canonical, digest
from platformctl.signing.signature import BadSignature, Trust, verified

_NAME = re.compile(r"(\d{8,})(\.head)?\.json")
Files = Mapping[str, bytes]  # by name


@dataclass(frozen=True)
class Finding:
    """What is wrong with one record; `sequence` 0: with a file that belongs to none."""

    sequence: int
    file: str
    problem: str

    def as_dict(self) -> dict[str, Any]:
        """The JSON form: the fields by name."""
        return asdict(self)


@dataclass(frozen=True)
class Chain:
    """The records that could be read, in order, and what is wrong, the first bad record first."""

    records: tuple[Mapping[str, Any], ...]
    findings: tuple[Finding, ...]


def check(files: Files, stack: tuple[str, str], trust: Trust, heads: Iterable[bytes] = ()) -> Chain:
    """The chain in `files`, of `stack` (project, stack's name); `heads`: signed ones that were kept elsewhere."""
    numbers = sorted({int(found[1]) for name in files if (found := _NAME.fullmatch(name))})
    findings = [Finding(0, name, "is no record") for name in sorted(files) if not _NAME.fullmatch(name)]
    records: dict[int, Mapping[str, Any]] = {}
    for number in range(1, numbers[-1] + 1 if numbers else 1):
        record, problems = _record(files.get(record_name(number)), number, stack, trust)
        if record is not None:
            records[number] = record
        findings += [Finding(number, record_name(number), problem) for problem in problems]
        findings += _link(number, records)
        findings += _head(files.get(head_name(number)), number, records.get(number), stack, trust)
    for kept in heads:
        findings += _elsewhere(kept, records, stack, trust)
    return Chain(tuple(records[number] for number in sorted(records)), tuple(sorted(findings, key=_order)))


def _order(finding: Finding) -> tuple[bool, int, str]:
    return finding.sequence == 0, finding.sequence, finding.file


def _record(
    content: bytes | None, number: int, stack: tuple[str, str], trust: Trust
) -> tuple[Mapping[str, Any] | None, list[str]]:
    if content is None:
        return None, ["is missing: it was taken away, or it has another number now"]
    form = _form(content, "record")
    if form is None:
        return None, ["was changed: it is not in the form in which records are written"]
    record = form["record"]
    problems = []
    if (record.get("kind"), record.get("schema")) != (KIND, SCHEMA):
        problems.append(f"is no record of schema {SCHEMA}")
    try:
        verified(RECORD_PURPOSE, record, form["signature"], trust)
    except BadSignature as problem:
        problems.append(str(problem))
    if record.get("sequence") != number:
        problems.append(f"has the number {record.get('sequence')} inside: it was moved or swapped")
    if (record.get("project"), record.get("stack")) != stack:
        problems.append(f"is of {record.get('project')}/{record.get('stack')}, not of {'/'.join(stack)}")
    return record, problems


def _link(number: int, records: Mapping[int, Mapping[str, Any]]) -> Iterator[Finding]:
    record, before = records.get(number), records.get(number - 1)
    if record is None or (before is None and number > 1):
        return  # what is missing or unreadable is told already
    expected = digest(before) if before else None
    if record.get("previous") != expected:
        told = f"does not follow on record {number - 1}" if before else "is the first one and follows on another"
        yield Finding(number, record_name(number), f"{told}: one of them is not what it was")


def _head(
    content: bytes | None, number: int, record: Mapping[str, Any] | None, stack: tuple[str, str], trust: Trust
) -> Iterator[Finding]:
    name = head_name(number)
    if content is None:
        yield Finding(
            number, name, "is missing: the command that wrote the record ended before it, or it was taken away"
        )
        return
    told, problem = _told(content, stack, trust)
    if problem:
        yield Finding(number, name, problem)
    elif told["sequence"] != number:
        yield Finding(number, name, f"is the head of record {told['sequence']}: it was moved or swapped")
    elif record is not None and told["digest"] != digest(record):
        yield Finding(number, name, "is signed for another content of its record, which was rewritten")


def _elsewhere(
    content: bytes, records: Mapping[int, Mapping[str, Any]], stack: tuple[str, str], trust: Trust
) -> Iterator[Finding]:
    told, problem = _told(content, stack, trust)
    if problem:
        yield Finding(0, "the head kept elsewhere", problem)
        return
    number = told["sequence"]
    if number not in records:
        yield Finding(number, record_name(number), "is missing, but its head was kept elsewhere: the chain was cut off")
    elif digest(records[number]) != told["digest"]:
        yield Finding(number, record_name(number), "is not what the head says that was kept elsewhere")


def _told(content: bytes, stack: tuple[str, str], trust: Trust) -> tuple[Mapping[str, Any], str]:
    form = _form(content, "head")
    if form is None:
        return {}, "was changed: it is not in the form in which heads are written"
    told: Mapping[str, Any] = form["head"]
    try:
        verified(HEAD_PURPOSE, told, form["signature"], trust)
    except BadSignature as problem:
        return told, str(problem)
    if (told.get("project"), told.get("stack")) != stack:
        return told, f"is of {told.get('project')}/{told.get('stack')}, not of {'/'.join(stack)}"
    return told, ""


def _form(content: bytes, key: str) -> dict[str, Any] | None:
    """The document, if it is one and in canonical form to the last byte."""
    try:
        form = json.loads(content)
        if canonical(form) + b"\n" != content:
            return None
    except (ValueError, RecursionError):
        return None
    whole = isinstance(form, dict) and form.keys() == {key, "signature"} and isinstance(form[key], dict)
    return form if whole else None
