"""What a browser can see and a parser cannot: each check takes an open page and returns a list of faults in words."""

from axe_playwright_python.base import AXE_SCRIPT

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa")
NEAR = 2  # pixels by which two boxes may differ and still be each other's mirror image

RUN_AXE = """async tags => {
  const found = await axe.run(document, {
    runOnly: {type: "tag", values: tags},
    rules: {"target-size": {enabled: true}},
    resultTypes: ["violations"],
  });
  return found.violations.flatMap(rule => rule.nodes.map(node => (
    {impact: rule.impact, text: `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`}
  )));
}"""

# Every box that takes part in the layout, measured from both edges of the box around it, so that a fault is named
# once and where it starts. What stands inside a direction of its own (a German name) keeps that direction.
MEASURE = """direction => {
  document.documentElement.dir = direction;
  const boxes = {};
  const pixels = lengths => lengths.map(length => parseFloat(length) || 0);
  const around = (element) => {
    do element = element.parentElement; while (getComputedStyle(element).display === "contents");
    return element.getBoundingClientRect();
  };
  [...document.body.querySelectorAll("*")].forEach((element, place) => {
    const style = getComputedStyle(element);
    if (["none", "inline", "contents"].includes(style.display) || style.position === "fixed") return;
    if (element.ownerSVGElement || element.parentElement.closest("body [dir]")) return;
    const box = element.getBoundingClientRect(), outer = around(element);
    if (box.width < 1 || box.height < 1) return;
    const record = {
      name: element.tagName.toLowerCase() + [...element.classList].map(name => "." + name).join(""),
      position: [[box.left - outer.left], [outer.right - box.right]],
    };
    if (!element.hasAttribute("dir")) {
      record.inside = [
        pixels([style.paddingLeft, style.borderLeftWidth]),
        pixels([style.paddingRight, style.borderRightWidth]),
      ];
      record.aligned = element.textContent.trim() ? style.textAlign : "";
      for (const part of ["::before", "::after"]) {
        const drawn = getComputedStyle(element, part);
        if (drawn.content !== "none") record[part] = [
          pixels([drawn.left, drawn.marginLeft, drawn.paddingLeft, drawn.borderLeftWidth]),
          pixels([drawn.right, drawn.marginRight, drawn.paddingRight, drawn.borderRightWidth]),
        ];
      }
    }
    boxes[place] = record;
  });
  return {boxes, moving: document.getAnimations().length};
}"""

STICKS_OUT = """() => {
  const width = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= width) return [];
  const wide = [...document.body.querySelectorAll("*")].filter(element => {
    const box = element.getBoundingClientRect();
    return box.width && (box.right > width + 1 || box.left < -1);
  });
  return wide.map(element => element.tagName.toLowerCase() + [...element.classList].map(name => "." + name).join(""));
}"""


def load_axe(page):
    """Handed over by the debugger, not by a <script>: the page's own policy needs no hole for it."""
    page.evaluate(AXE_SCRIPT)


def axe(page, impacts=("minor", "moderate", "serious", "critical"), tags=WCAG):
    """What axe finds against WCAG 2.0 to 2.2, A and AA."""
    return [found["text"] for found in page.evaluate(RUN_AXE, list(tags)) if found["impact"] in impacts]


def too_wide(page, width=320):
    """What sticks out when the window is as narrow as a small phone, or a wide one at 400 %."""
    page.set_viewport_size({"width": width, "height": 640})
    return sorted(set(page.evaluate(STICKS_OUT)))


def unmirrored(page, width):
    """Boxes of a loaded page that do not land at their mirror image when the page's direction is turned round."""
    page.set_viewport_size({"width": width, "height": 800})
    was = page.evaluate("document.documentElement.dir")
    ltr, rtl = page.evaluate(MEASURE, "ltr"), page.evaluate(MEASURE, "rtl")
    page.evaluate("direction => { document.documentElement.dir = direction }", was)

    faults = {"something was still moving when it was measured"} if ltr["moving"] or rtl["moving"] else set()
    for place in ltr["boxes"].keys() & rtl["boxes"].keys():
        one, two = ltr["boxes"][place], rtl["boxes"][place]
        for what in ("position", "inside", "::before", "::after"):
            if what in one and what in two and not is_mirror_image(one[what], two[what]):
                faults.add(f"{one['name']} {what} at {width} px")
        if one.get("aligned") == two.get("aligned") and one.get("aligned") in ("left", "right"):
            faults.add(f"{one['name']} text-align at {width} px")
    return sorted(faults)


def is_mirror_image(one, two):
    pairs = [*zip(one[0], two[1], strict=True), *zip(one[1], two[0], strict=True)]
    return all(abs(a - b) <= NEAR for a, b in pairs)


def presses_of_tab(page, most=30):
    """How often somebody presses Tab before the focus stands in the content."""
    for number in range(1, most + 1):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('main') !== null"):
            return number
    return most
