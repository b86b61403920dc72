"""The picture as a PNG image."""

from platformctl.errors import CommandError
from platformctl.picture.drawing.style import FONT

_SCALE = 2.0  # pixels of the image for one of the picture: sharp on the screens of today
_FONT = "DejaVu Sans"  # where the fonts that the picture names are not installed
_LETTER = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">'
    f'<text y="16" font-family="{FONT}">{{}}</text></svg>'
)


def png(svg: str) -> bytes:
    """The image of an SVG in its light colours; CommandError without the library that draws it, or without a font."""
    try:
        import resvg_py
    except ImportError:
        raise CommandError(
            "a PNG needs the package resvg-py, which is not installed: install the locked requirements, or write .svg"
        ) from None

    def image(drawn: str) -> bytes:
        made = resvg_py.svg_to_bytes(svg_string=drawn, zoom=_SCALE, font_family=_FONT, sans_serif_family=_FONT)
        return bytes(made)

    if image(_LETTER.format("M")) == image(_LETTER.format("")):
        raise CommandError("a PNG needs a font, and this machine has none: install fonts-dejavu-core, or write .svg")
    return image(svg)
