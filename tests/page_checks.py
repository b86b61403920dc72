"""What is asked of every page in a browser: it fits its screen, and every text can be read."""

WIDTHS = (360, 768, 1280)
SCHEMES = (False, True)
# Texts of the page whose colour is too close to the first opaque colour below them.
POOR_CONTRAST = """
(() => {
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (rgb) => rgb.slice(0, 3).map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const below = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = parse(getComputedStyle(one).backgroundColor);
      if (colour.length < 4 || colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  const found = [], seen = new Set();  // alike elements have alike colours
  const kind = (one) => one ? `${one.tagName}.${one.className} ${kind(one.parentElement)}` : "";
  let measured = 0, least = 21;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || element.closest("svg, script, style")) continue;
    if (seen.has(kind(element))) continue;
    seen.add(kind(element));
    const [one, other] = [luminance(parse(getComputedStyle(element).color)), luminance(below(element))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    measured += 1;
    least = Math.min(least, ratio);
    if (ratio < 4.5) found.push([walker.currentNode.textContent.trim().slice(0, 40), ratio]);
  }
  return {found, measured, least};
})()
"""
WIDER_THAN_THE_SCREEN = """
[...document.querySelectorAll("body *")].filter((one) => !one.closest(".scroll, .away, thead, script, style"))
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5).map((one) => one.outerHTML.slice(0, 120))
"""
