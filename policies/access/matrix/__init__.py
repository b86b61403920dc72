"""The access matrix: every principal by every guarded capability, directly or by a chain."""

from policies.access.matrix.cells import DIRECT, TITLES, Access, Cells, Matrix, outcome_of
from policies.access.matrix.matrix import direct_of, matrix_of

__all__ = ["DIRECT", "TITLES", "Access", "Cells", "Matrix", "direct_of", "matrix_of", "outcome_of"]
