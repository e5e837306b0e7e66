"""What of an open page cannot be read whole: text past the edge of its window or sheet, or cut by what it stands in."""

from __future__ import annotations

from chromium import DEEP, Visit

# What scrolls within itself (a wide table, the chapters on a phone) can be read whole; what is folded is not shown.
# A pixel and a half is the rounding of letters' edges.
CLIPPED = f"""() => {{
  const found = [], slack = 1.5, width = document.documentElement.clientWidth;
  const parent = (one) => one.parentElement ?? one.getRootNode().host;
  const name = (one) => `${{one.tagName.toLowerCase()}}.${{one.getAttribute('class') ?? ''}}`;
  const scrolls = (one) => {{
    for (let up = one; up && up !== document.body; up = parent(up))
      if (['auto', 'scroll'].includes(getComputedStyle(up).overflowX) && up.id !== 'App') return true;
    return false;
  }};
  const hidden = (one) => {{
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    // One pixel that cuts the rest off is for those who hear the page.
    return (box.width <= 1 && style.overflowX === 'hidden') || style.visibility !== 'visible' || style.clip !== 'auto'
      || !one.checkVisibility({{ contentVisibilityAuto: true, opacityProperty: true, visibilityProperty: true }});
  }};
  const say = (kind, one, by) => found.push(`${{kind}} by ${{Math.round(by)}} px: ${{name(one)}} ${{
    one.textContent.trim().slice(0, 60)}}`);
  for (const one of ({DEEP})('body *')) {{
    const drawing = one.closest('svg');
    if (drawing) {{
      if (one.tagName !== 'text' || !one.textContent.trim() || !drawing.matches('.marks')) continue;
      const text = one.getBoundingClientRect(), frame = drawing.getBoundingClientRect();
      if (!text.width || getComputedStyle(one).opacity === '0') continue;
      const by = Math.max(frame.left - text.left, text.right - frame.right, frame.top - text.top,
        text.bottom - frame.bottom);
      if (by > slack + 1) say('a label beyond its chart', one, by);
      continue;
    }}
    const own = [...one.childNodes].filter((node) => node.nodeType === 3 && node.textContent.trim());
    if (own.length && !hidden(one) && !scrolls(one)) {{
      const range = document.createRange();
      for (const node of own) {{
        range.selectNodeContents(node);
        const box = range.getBoundingClientRect();
        if (box.right > width + slack || box.left < -slack)
          {{ say('past the edge', one, Math.max(box.right - width, -box.left)); break; }}
      }}
    }}
    const style = getComputedStyle(one);
    if (['hidden', 'clip'].includes(style.overflowX) && one.scrollWidth > one.clientWidth + slack && !hidden(one)
        && one.clientWidth > 1 && one.textContent.trim() && !scrolls(one))
      say('cut', one, one.scrollWidth - one.clientWidth);
  }}
  return found;
}}"""


def clipped(seen: Visit) -> list[str]:
    """Each thing on the page that is cut, in words: how, by how many pixels, which and with what text."""
    return seen.page.evaluate(CLIPPED)
