"""What the roles of people and pipelines are made of: permissions, and guardrails that none of them passes."""
