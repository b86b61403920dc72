"""Every text and every line can be told from what it stands on: WCAG 2.2, 1.4.3 and 1.4.11, level AA."""

import re
from collections.abc import Mapping
from itertools import product

import pytest

from platformctl.picture.drawing.style import DARK, FLOWS, LIGHT, OPERATIONS, style_sheet

TEXT, GRAPHIC = 4.5, 3.0
SURFACES = ("page", "card", "region", "network", "tier", "nodes", "scoped")
# What is written on what; `n` texts, which tell what changes, stand on cards, node groups and pages' own surfaces.
TEXTS = [
    *product(("text", "muted"), SURFACES),
    *product((*OPERATIONS, "link", "scope"), ("page", "card", "region", "nodes", "scoped")),
    *product(("on-sign",), (*OPERATIONS, "scope", "muted")),
]
GRAPHICS = list(product((*FLOWS, *OPERATIONS, "border", "muted", "scope"), SURFACES))


def contrast(one: str, other: str) -> float:
    """The ratio as WCAG defines it: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_contrast_is_what_wcag_computes() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(("palette", "name"), [(LIGHT, "light"), (DARK, "dark")], ids=["light", "dark"])
def test_every_pair_has_the_contrast_of_level_aa(palette: Mapping[str, str], name: str) -> None:
    pairs = [(*pair, TEXT) for pair in TEXTS] + [(*pair, GRAPHIC) for pair in GRAPHICS]
    poor = {
        f"{above} on {below}": round(ratio, 2)
        for above, below, least in pairs
        if (ratio := contrast(palette[above], palette[below])) < least
    }
    assert not poor, name
    print(f"{name}: {len(pairs)} pairs, least {min(contrast(palette[a], palette[b]) for a, b, _ in pairs):.2f}")


def test_no_colour_in_a_picture_is_outside_of_the_two_palettes() -> None:
    used = set(re.findall(r"#[0-9a-f]{3,8}\b", style_sheet()))
    assert used <= {*LIGHT.values(), *DARK.values()}
    assert "$" not in style_sheet()


def test_kinds_of_flow_and_of_change_differ_in_more_than_colour() -> None:
    shapes = [(width, dashes) for _, width, dashes in FLOWS.values()]
    assert len(set(shapes)) == len(shapes)
