"""What a person at the page would see, measured in the page."""

from typing import Any

from playwright.async_api import Page

MEASURED = """() => {
  const stage = document.querySelector(".stage").getBoundingClientRect();
  const least = Math.min(stage.width, stage.height) / 100;
  const lum = (c) => c.map((v) => v / 255).map((v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, n) => sum + v * [.2126, .7152, .0722][n], 0);
  const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const ground = (el) => { for (let e = el; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
  const texts = [];
  const walk = document.createTreeWalker(document.querySelector(".stage"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const el = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !el.checkVisibility() || el.closest(".unseen")) continue;
    const range = document.createRange(); range.selectNodeContents(walk.currentNode);
    const style = getComputedStyle(el);
    const size = parseFloat(style.fontSize);
    const fg = lum(parse(style.color).slice(0, 3)), bg = lum(ground(el));
    const clip = el.closest(".box") ?? document.querySelector(".stage");
    const frame = clip.getBoundingClientRect();
    for (const r of range.getClientRects()) {
      if (r.width < 1) continue;
      // The font's own box is taller than its letters: a fifth of the size above and below is air.
      const air = Math.max(0, (r.height - size) / 2);
      texts.push({ text: walk.currentNode.data.slice(0, 40), x: r.left, y: r.top + air,
        r: r.right, b: r.bottom - air,
        size: size / least, contrast: (Math.max(fg, bg) + .05) / (Math.min(fg, bg) + .05),
        cut: r.left < frame.left - 1 || r.right > frame.right + 1
          || r.top + air < frame.top - 1 || r.bottom - air > frame.bottom + 1 });
    }
  }
  return texts;
}"""

LISTENING = """() => {
  window.heard = [];
  new MutationObserver(() => {
    const said = [...document.querySelectorAll("[role=status], [role=alert]")].map((one) => {
      const copy = one.cloneNode(true);
      for (const unsaid of copy.querySelectorAll("[aria-hidden=true]")) unsaid.remove();
      return copy.textContent.trim();
    }).filter((text) => text.includes("No connection")).join(" | ");
    if (said !== (window.heard.at(-1) ?? "")) window.heard.push(said);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
"""Keeps in `heard` what a screen reader would be told of the line, each time it is another text."""


async def texts(page: Page) -> list[dict[str, Any]]:
    """Every line of text on the screen: place, size in hundredths of the shorter side, contrast, if cut."""
    found: list[dict[str, Any]] = await page.evaluate(MEASURED)
    return found


def overlapping(lines: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Pairs of lines that lie on each other."""
    found = []
    for n, a in enumerate(lines):
        for b in lines[n + 1 :]:
            across = min(a["r"], b["r"]) - max(a["x"], b["x"])
            down = min(a["b"], b["b"]) - max(a["y"], b["y"])
            if across > 2 and down > 2:
                found.append((a["text"], b["text"]))
    return found
