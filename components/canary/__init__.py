"""How a release is judged: sample sizes, ladders of risk classes, gates, queries, and the objects made of them."""
