"""How new versions are let in, and whether that is looser than before."""

from platformctl.review.sections.rollouts.finding import rollouts

__all__ = ["rollouts"]
