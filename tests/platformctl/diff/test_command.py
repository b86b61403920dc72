"""The command line of diff: what is meant, and a change that is not shown, in every form."""

import json
from pathlib import Path
from typing import Any

import pytest

from platformctl.commands import diff
from platformctl.commands.diff import Form
from platformctl.errors import CommandError
from platformctl.project import Project
from platformctl.verdicts import merge

FINDING: dict[str, Any] = {
    "rule": "SEC-03",
    "verdict": "fail",
    "severity": "critical",
    "urn": "",
    "type": "",
    "name": "part.py",
    "property": "password",
    "message": "literal for password in plain text <b>",
    "remedy": "Use a secret.",
    "controls": [],
    "source": "stacks/part.py:3",
}
REPORT = merge([{"resources": 1, "rules": [{"id": "SEC-03", "evaluated": 1}], "findings": [FINDING]}])


def test_revisions_come_before_the_environment() -> None:
    assert diff._named(["staging"]) == (None, "staging")
    assert diff._named(["main..HEAD", "staging"]) == ("main..HEAD", "staging")
    with pytest.raises(CommandError, match="one environment at a time"):
        diff._named(["main..HEAD", "staging", "prod"])


@pytest.mark.parametrize("form", list(Form))
def test_every_form_tells_the_credential_and_no_change(tmp_path: Path, form: Form) -> None:
    text = diff._blocked(Project(tmp_path), "staging", REPORT, form)
    assert "SEC-03" in text
    assert "stacks/part.py" in text
    if form is Form.JSON:
        assert json.loads(text)["policies"]["findings"] == [FINDING]
    if form is Form.MARKDOWN:
        assert text.startswith("<!-- platformctl:diff:staging -->\n")
    if form is Form.HTML:
        assert "&lt;b&gt;" in text
