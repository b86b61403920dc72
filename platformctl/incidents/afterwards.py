"""The end of an incident's document, for people to fill in: the review without blame, and what follows from it."""

_QUESTIONS = {
    "What happened": "In order, as people saw it then. The timeline above is the skeleton.",
    "What went well": "What caught it, what held, who was there.",
    "What made it hard": "What was missing, slow or misleading: alerts, runbooks, tools, access, sleep.",
    "Why it made sense": "For each decision that turned out badly: what was known then, and why it was reasonable.",
    "Contributing factors": "More than one, and none of them a person's name.",
    "How it was found": "Time from the first harm to the first alert, and what could have told earlier.",
    "Luck": "What could have gone worse, and did not by chance.",
}
AFTERWARDS = (
    "",
    "## Review",
    "Without blame: people did what made sense to them with what they saw. Ask how, not who.",
    *(line for question, hint in _QUESTIONS.items() for line in ("", f"### {question}", f"_{hint}_")),
    "",
    "## Follow-up",
    "| what | prevents, detects or softens | owner | until | ticket |",
    "|---|---|---|---|---|",
    "| | | | | |",
)
