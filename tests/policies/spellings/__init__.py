"""Tables of equivalent ways to write one thing: by rule and verdict, what is said how."""

from policies.examples import Example

Spellings = dict[tuple[str, str], dict[str, Example]]
