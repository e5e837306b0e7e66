"""The process that draws: a line of JSON comes in with specifications, one goes out with their pictures.

It fetches nothing: whatever a chart shows lies in its specification.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import vl_convert

NICENESS = 5
# Inter's widths, and an em for each ideograph: without them a label is as wide as the machine's own fonts make it, and
# looking through a Chinese one at each label is five sixths of all drawing. Made by `.ci/fonts-to-measure`.
FONTS = Path(__file__).parent / "fonts"


def draw(config: dict[str, Any], tasks: list[dict[str, Any]]) -> list[str]:
    """Each specification as SVG; raises ValueError for one that Vega-Lite refuses."""
    return [vl_convert.vegalite_to_svg(task, config=config, allowed_base_urls=[]) for task in tasks]


def answer(line: str) -> dict[str, Any]:
    """The pictures of a line, or why there are none."""
    try:
        return {"pictures": draw(**json.loads(line))}
    except ValueError as error:
        return {"error": str(error)}


if __name__ == "__main__":
    if hasattr(os, "nice"):  # Windows has none
        os.nice(NICENESS)
    vl_convert.register_font_directory(str(FONTS))
    for asked in sys.stdin:
        print(json.dumps(answer(asked)), flush=True)
