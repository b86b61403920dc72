"""The signs of changes: each its own shape, so that none is told by its colour alone."""

from platformctl.picture.drawing.elements import number, tag, text
from platformctl.picture.marks import SIGNS, Mark

_SHAPES = {  # around the origin, 8 pixels each way
    "created": "M-7.500 0a7.500 7.500 0 1 0 15 0a7.500 7.500 0 1 0-15 0z",
    "updated": "M-7-4.500q0-2.500 2.500-2.500h9q2.500 0 2.500 2.500v9q0 2.500-2.500 2.500h-9q-2.500 0-2.500-2.500z",
    "replaced": "M0-9l9 9l-9 9l-9-9z",
    "deleted": "M-3.500-8h7l4.500 4.500v7l-4.500 4.500h-7l-4.500-4.500v-7z",
}


def badge(x: float, y: float, mark: Mark) -> str:
    """The sign of a mark, around a point."""
    return sign(x, y, mark.operation)


def sign(x: float, y: float, operation: str) -> str:
    """The sign of an operation, around a point."""
    shown = SIGNS[operation]
    shape = tag(
        "path", d=_SHAPES[shown.css], class_=f"sign {shown.css}", transform=f"translate({number(x)} {number(y)})"
    )
    return shape + text(x, y + 4.2, shown.sign, "on t", "middle")
