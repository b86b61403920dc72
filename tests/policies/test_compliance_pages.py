"""docs/compliance is what the rules say now."""

import re
from pathlib import Path

from policies.compliance_pages import MADE, pages
from policies.controls import FRAMEWORKS
from policies.rules import ALL, BY_ID

_FOLDER = Path(__file__).resolve().parents[2] / "docs" / "compliance"


def test_the_pages_are_fresh() -> None:
    written = {file.name: file.read_text(encoding="utf-8") for file in _FOLDER.glob("*.md")}
    made = pages()
    stale = sorted(name for name in written.keys() | made.keys() if written.get(name) != made.get(name))
    assert not stale, f"docs/compliance is stale: {', '.join(stale)}. To mend it: platformctl rules docs"


def test_there_is_a_page_for_each_framework_and_a_place_for_each_rule() -> None:
    made = pages()
    assert made.keys() == {"README.md", "rules.md", *(f"{id_}.md" for id_ in FRAMEWORKS)}
    assert all(MADE in text for text in made.values())
    for rule in ALL:
        assert f"\n## {rule.id}\n" in made["rules.md"]
        for control in rule.controls:
            lines = made[f"{control.framework}.md"].splitlines()
            (line,) = (line for line in lines if line.startswith(f"| {control.requirement} |"))
            (sources,) = re.findall(rf"\[{rule.id}\]\(rules.md#{rule.id.lower()}\) \(([^)]*)\)", line)
            assert control.source in sources.split(", ")


def test_a_page_never_says_that_a_rule_satisfies() -> None:
    for text in pages([BY_ID["KMS-04"]]).values():
        assert "satisf" not in text.replace("no rule satisfies one", "")


def test_the_page_of_a_rule_has_what_a_reader_needs() -> None:
    text = pages([BY_ID["KMS-04"]])["rules.md"]
    for part in (
        "high",
        "`operations`",
        "`deletionWindowInDays`",
        "PCI DSS 4.0.1: 3.7.5 (L)",
        "Remedy: Use components",
    ):
        assert part in text
    assert "```yaml\n- type: aws:kms/key:Key\n  name: key\n  properties:\n    deletionWindowInDays: 7\n```" in text
