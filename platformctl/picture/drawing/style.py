"""The colours of pictures and pages, light and dark, and the style sheet that a picture carries.

Every pair of a text and what it stands on has a contrast of 4.5 to 1, and every line, border and sign 3 to 1, which is
what WCAG 2.2 asks for at level AA (1.4.3 and 1.4.11).
"""

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "page": "#ffffff",
    "text": "#1b1f24",
    "muted": "#4a5260",
    "card": "#ffffff",
    "border": "#6b7482",
    "region": "#f5f7f9",
    "network": "#eaf1fa",
    "tier": "#f8fafc",
    "nodes": "#eef1f5",
    "scope": "#5b21b6",
    "scoped": "#f3edfd",
    "on-sign": "#ffffff",
    "link": "#0b57c4",
    "request": "#0b57c4",
    "egress": "#8a4b08",
    "data": "#0b6b62",
    "message": "#55700a",
    "log": "#545d69",
    "copy": "#6b3fa0",
    "created": "#14682f",
    "updated": "#7a5200",
    "replaced": "#a3196b",
    "deleted": "#b3201a",
}
DARK: Mapping[str, str] = {
    "page": "#0d1117",
    "text": "#e8edf3",
    "muted": "#aab4c0",
    "card": "#171d26",
    "border": "#7d8794",
    "region": "#11161d",
    "network": "#121c2b",
    "tier": "#10171f",
    "nodes": "#1a212b",
    "scope": "#c3a6ff",
    "scoped": "#1d1830",
    "on-sign": "#0d1117",
    "link": "#7bb6ff",
    "request": "#7bb6ff",
    "egress": "#e5a962",
    "data": "#52d0c0",
    "message": "#b9d45a",
    "log": "#a3adb8",
    "copy": "#c9a9f5",
    "created": "#5fd07a",
    "updated": "#e6b84a",
    "replaced": "#f58ac6",
    "deleted": "#ff8a82",
}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
# Kinds of flow: what they are called, how wide their line is, and its dashes, so that no kind is told by colour alone.
FLOWS: Mapping[str, tuple[str, float, str]] = {
    "request": ("requests", 1.8, ""),
    "egress": ("requests to the outside", 1.8, "9 3"),
    "data": ("database sessions", 2.6, ""),
    "message": ("messages", 1.8, "5 3"),
    "log": ("logs", 1.5, "2 3"),
    "copy": ("backups and copies", 1.8, "8 3 2 3"),
}
OPERATIONS = ("created", "updated", "replaced", "deleted")
_SCOPE = ".picture "


def style_sheet(*, dark: bool = True) -> str:
    """The style of a picture, for both colour schemes unless `dark` is off; print takes the light one."""
    rules = _rules()
    plain = "".join(f"{_SCOPE}{selector}{{{_filled(body, LIGHT)}}}" for selector, body in rules)
    if not dark:
        return plain
    night = "".join(f"{_SCOPE}{selector}{{{coloured}}}" for selector, body in rules if (coloured := _coloured(body)))
    return f"{plain}@media screen and (prefers-color-scheme:dark){{{_filled(night, DARK)}}}"


def _rules() -> list[tuple[str, str]]:
    """Selectors and what they set; `$name` is a colour."""
    return [
        ("text", f"font-family:{FONT};font-size:11px;fill:$text"),
        (".t", "font-size:12.5px;font-weight:700"),
        (".h", "font-size:12px;font-weight:700;fill:$muted"),
        (".s", "font-size:10.5px;fill:$muted"),
        (".f", "fill:$muted"),
        (".b", "font-weight:700"),
        (".sheet", "fill:$page"),
        (".region", "fill:$region;stroke:$border;stroke-width:1;stroke-dasharray:6 4"),
        (".network", "fill:$network;stroke:$border;stroke-width:1.2"),
        (".tier", "fill:$tier;stroke:$border;stroke-width:1"),
        (".nodes", "fill:$nodes;stroke:$border;stroke-width:1"),
        (".subnet", "fill:$card;stroke:$border;stroke-width:1"),
        (".scoped", "fill:$scoped;stroke:$scope;stroke-width:1.6"),
        (".card", "fill:$card;stroke:$border;stroke-width:1.2"),
        (".icon", "fill:none;stroke:$muted;stroke-width:1.3;stroke-linejoin:round;stroke-linecap:round"),
        (".chip", "fill:$scope"),
        (".on", "fill:$on-sign;font-weight:700"),
        (".l", "fill:none;stroke-linejoin:round"),
        *((f".l.{kind}", f"stroke:${kind};{_line(kind)}") for kind in FLOWS),
        *((f".a.{kind}", f"fill:${kind};stroke:none") for kind in FLOWS),
        *((f".card.{name},.edge.{name}", f"stroke:${name};stroke-width:2.6;fill-opacity:1") for name in OPERATIONS),
        (".edge", "fill:none"),
        (".card.replaced,.edge.replaced", "stroke-dasharray:9 3"),
        (".card.deleted,.edge.deleted", "stroke-dasharray:3 3"),
        (".gone", "text-decoration:line-through"),
        *((f".sign.{name}", f"fill:${name};stroke:$card;stroke-width:1") for name in OPERATIONS),
        *((f".n.{name}", f"fill:${name};font-weight:700") for name in OPERATIONS),
    ]


def _line(kind: str) -> str:
    _, width, dashes = FLOWS[kind]
    return f"stroke-width:{width:g}" + (f";stroke-dasharray:{dashes}" if dashes else "")


def _coloured(body: str) -> str:
    return ";".join(part for part in body.split(";") if "$" in part)


def _filled(text: str, palette: Mapping[str, str]) -> str:
    for name in sorted(palette, key=len, reverse=True):  # `$on-sign` before `$on`
        text = text.replace(f"${name}", palette[name])
    return text
