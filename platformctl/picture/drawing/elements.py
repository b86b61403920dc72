"""Elements of SVG as text, everything in them escaped."""

from collections.abc import Iterable
from html import escape

from platformctl.formats.characters import shown


def number(value: float) -> str:
    """A coordinate, to a tenth of a pixel."""
    return f"{round(value, 1):g}"


def tag(name: str, *content: str, **attributes: str | float) -> str:
    """An element; content is markup, attributes are values. `_` in a name stands for `-`, at its end for nothing."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{number(value) if isinstance(value, int | float) else safe(value)}"'
        for key, value in attributes.items()
        if value != ""
    )
    inner = "".join(content)
    return f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>"


def safe(text: str) -> str:
    """A text that may stand between tags and in attributes."""
    return escape(shown(text), quote=True)


def text(x: float, y: float, words: str, css: str = "", anchor: str = "") -> str:
    """A line of text; nothing without words."""
    return tag("text", safe(words), x=x, y=y, class_=css, text_anchor=anchor) if words else ""


def title(words: str) -> str:
    """What is shown when the pointer rests on an element, and read aloud for it."""
    return tag("title", safe(words)) if words else ""


def polyline(points: Iterable[tuple[float, float]]) -> str:
    """The data of a path through points, with right angles."""
    (x, y), *rest = points
    data = f"M{number(x)} {number(y)}"
    for to_x, to_y in rest:
        data += (
            f"H{number(to_x)}" if to_y == y else f"V{number(to_y)}" if to_x == x else f"L{number(to_x)} {number(to_y)}"
        )
        x, y = to_x, to_y
    return data
