"""The stylesheet: colours only as tokens, enough contrast in both themes, small enough for the first view."""

import gzip
import math
import re
from pathlib import Path

import pytest

SHEET = (Path(__file__).parents[2] / "static/css/styles.css").read_text(encoding="utf-8")
COLOUR = re.compile(r"(?<![-\w])(?:oklch|rgb|hsl|lab|lch|oklab)\(\s*[\d.]|#[0-9a-fA-F]{3,8}\b(?!-)")
OKLCH = r"oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)"
TONES = {"gray": (255, 0.12), "blue": (250, 1), "violet": (295, 1), "teal": (195, 0.8), "green": (154, 1), "amber": (72, 1)}
TONES |= {"red": (25, 1.1), "pink": (350, 1)}


def layer(name: str) -> str:
    """Return the body of an @layer block."""
    start = SHEET.index(f"@layer {name} {{")
    depth = 0
    for at in range(start, len(SHEET)):
        depth += {"{": 1, "}": -1}.get(SHEET[at], 0)
        if depth == 0 and SHEET[at] == "}":
            return SHEET[start : at + 1]
    raise AssertionError(name)


Lch = tuple[float, float, float]


def luminance(colour: Lch) -> float:
    """Relative luminance (WCAG 2) of an OKLCH colour, clipped to sRGB as a screen does."""
    light, chroma, hue = colour
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long, medium, short = (
        (light + x * a + y * b) ** 3
        for x, y in ((0.3963377774, 0.2158037573), (-0.1055613458, -0.0638541728), (-0.0894841775, -1.2914855480))
    )
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return sum(weight * min(1, max(0, part)) for weight, part in ((0.2126, red), (0.7152, green), (0.0722, blue)))


def contrast(one: Lch, other: Lch) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def tokens() -> dict[str, tuple[Lch, Lch]]:
    """Return token -> (light, dark)."""
    found: dict[str, tuple[Lch, Lch]] = {}
    for name, first, second in re.findall(r"--([\w-]+): light-dark\((oklch\([^)]*\)), (oklch\([^)]*\))\)", layer("tokens")):
        pair = [re.fullmatch(OKLCH, colour) for colour in (first, second)]
        if all(pair):
            found[name] = tuple(tuple(float(part) for part in each.groups()) for each in pair if each)  # type: ignore[assignment]
    for name, colour in re.findall(r"--([\w-]+): (oklch\([\d. ]+\));", layer("tokens")):
        match = re.fullmatch(OKLCH, colour)
        assert match
        value = (float(match[1]), float(match[2]), float(match[3]))
        found[name] = (value, value)
    return found


GROUNDS = ("canvas", "surface", "sunken", "raised", "hover")
PAIRS = [
    *[(text, ground, 4.5) for text in ("text", "text-2", "text-3", "accent-text") for ground in GROUNDS],
    *[(text, "active", 4.5) for text in ("text", "text-2")],
    *[(edge, ground, 3) for edge in ("line-control", "focus") for ground in ("surface", "raised")],
    *[("on-accent", ground, 4.5) for ground in ("accent", "accent-hover", "danger", "danger-hover")],
    ("accent-text", "accent-soft", 4.5),
    ("text", "accent-soft", 4.5),
    *[(text, "toast", 4.5) for text in ("on-toast", "toast-link")],
    *[(mark, "toast", 3) for mark in ("toast-quiet", "toast-mark", "toast-alert")],
    *[(mark, "surface", 3) for mark in ("c1", "c2", "c3", "c4")],
]


@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_tokens_have_enough_contrast_in_both_themes(front: str, ground: str, least: float) -> None:
    known = tokens()
    for theme in (0, 1):
        assert contrast(known[front][theme], known[ground][theme]) >= least, ("light", "dark")[theme]


@pytest.mark.parametrize("tone", TONES)
def test_tones_are_readable_on_their_own_ground(tone: str) -> None:
    hue, share = TONES[tone]
    ground = ((0.950, 0.034 * share, hue), (0.288, 0.052 * share, hue))
    words = ((0.415, 0.105 * share, hue), (0.862, 0.078 * share, hue))
    mark = ((0.575, 0.140 * share, hue), (0.700, 0.125 * share, hue))
    for theme in (0, 1):
        assert contrast(words[theme], ground[theme]) >= 4.5
        assert contrast(mark[theme], tokens()["surface"][theme]) >= 3


def test_colours_stand_in_the_tokens_layer_alone() -> None:
    rest = SHEET.replace(layer("tokens"), "")
    assert COLOUR.findall(rest) == []


def test_the_sheet_is_small() -> None:
    assert len(SHEET.encode()) < 90_000
    assert len(gzip.compress(SHEET.encode(), 9)) < 18_000
