"""The process that draws: Vega-Lite specifications come in as JSON, pictures go out as JSON.

It fetches nothing: whatever a chart shows lies in its specification.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import vl_convert

NICENESS = 5


def draw(config: dict[str, Any], tasks: list[dict[str, Any]]) -> list[str]:
    """Each specification as SVG; raises ValueError for one that Vega-Lite refuses."""
    return [vl_convert.vegalite_to_svg(task, config=config, allowed_base_urls=[]) for task in tasks]


if __name__ == "__main__":
    if hasattr(os, "nice"):  # Windows has none
        os.nice(NICENESS)
    json.dump(draw(**json.load(sys.stdin)), sys.stdout)
