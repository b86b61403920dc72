"""How wide a text may get, in whatever font a reader has, and how it is fitted into a width."""

from platformctl.formats.characters import shown

# Widths in em of DejaVu Sans and Verdana, the widest of the usual fonts without serifs, rounded up.
_WIDTHS = {
    **dict.fromkeys("il|!'.,:;j", 0.37),
    **dict.fromkeys('()[]{}/\\ ft-r*"`', 0.46),
    **dict.fromkeys("mMWOQGw@%", 0.98),
    **dict.fromkeys("<>=+~^#&_", 0.84),
}
_LOWER, _UPPER, _WIDE = 0.65, 0.8, 1.05
_BOLD = 1.1
ELLIPSIS = "…"


def width(text: str, size: float, *, bold: bool = False) -> float:
    """At most how many pixels wide a text of this size gets."""
    return sum(map(_em, text)) * size * (_BOLD if bold else 1.0)


def fitted(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """The text, cut with an ellipsis if it may be wider than `room` pixels."""
    text = shown(text)
    if width(text, size, bold=bold) <= room:
        return text
    while text and width(text + ELLIPSIS, size, bold=bold) > room:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def wrapped(text: str, size: float, room: float, most: int = 4) -> list[str]:
    """The text in at most so many lines, broken between words; what does not fit is cut."""
    lines: list[str] = []
    for part in shown(text).split():
        longer = f"{lines[-1]} {part}" if lines else part
        if lines and width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(part)
    kept = [fitted(line, size, room) for line in lines[:most]]
    if len(lines) > most:
        kept[-1] = fitted(f"{kept[-1]} {ELLIPSIS}", size, room)
    return kept


def named(name: str, size: float, room: float) -> list[str]:
    """A name in bold, in two lines where one is too narrow: broken after the last dot, dash or slash that fits."""
    name = shown(name)
    if width(name, size, bold=True) <= room:
        return [name]
    cuts = [at + 1 for at, letter in enumerate(name) if letter in ".-/_ :" and 0 < at < len(name) - 1]
    fits = [cut for cut in cuts if width(name[:cut], size, bold=True) <= room]
    if not fits:
        return [fitted(name, size, room, bold=True)]
    return [name[: fits[-1]].rstrip(), fitted(name[fits[-1] :], size, room, bold=True)]


def _em(letter: str) -> float:
    if letter in _WIDTHS:
        return _WIDTHS[letter]
    if letter > "\x7e":
        return _WIDE if letter != ELLIPSIS else 1.0
    return _UPPER if letter.isupper() else _LOWER
