"""What a run of a workflow tells GitHub: one comment, one issue, the outputs of a step."""
