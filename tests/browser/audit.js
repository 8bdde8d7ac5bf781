// Looks a page over for what WCAG 2.2 AA asks and a program can measure; returns one sentence per fault.
() => {
  const faults = [];
  const visible = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && node.getClientRects().length > 0;
  const name = (node) => {
    const labelled = node.getAttribute("aria-labelledby")?.split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
    return (labelled || node.getAttribute("aria-label") || [...(node.labels ?? [])].map((label) => label.textContent).join(" ") || node.textContent).trim();
  };
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const backgroundOf = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return rgba("canvas");
  };
  const light = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [darker, lighter] = [light(one), light(other)].sort((a, b) => a - b);
    return (lighter + 0.05) / (darker + 0.05);
  };
  const say = (node) => `<${node.tagName.toLowerCase()}> "${node.textContent.trim().slice(0, 40)}"`;

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let measured = 0;
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !visible(node) || ["SCRIPT", "STYLE", "NOSCRIPT"].includes(node.tagName)) continue;
    const style = getComputedStyle(node);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = contrast(rgba(style.color), backgroundOf(node));
    measured += 1;
    if (ratio < (large ? 3 : 4.5)) faults.push(`contrast ${ratio.toFixed(2)} of ${say(node)}`);
  }
  if (measured < 5) faults.push(`only ${measured} texts were measured`);

  for (const node of document.querySelectorAll("button, a[href], textarea, input, [role=log], [role=group], section[aria-labelledby]")) {
    if (!visible(node)) continue;
    if (!name(node)) faults.push(`no name: ${say(node)}`);
    const shown = node.innerText?.trim();
    if (node.matches("button, a") && shown && !name(node).includes(shown)) faults.push(`the name does not contain what is shown: ${say(node)}`);
    const { width, height } = node.getBoundingClientRect();
    if (node.matches("button, textarea, li > a") && Math.min(width, height) < 24) faults.push(`smaller than 24 pixels: ${say(node)}`);
    if (node.matches("textarea")) {
      const edge = contrast(rgba(getComputedStyle(node).borderTopColor), backgroundOf(node.parentElement));
      if (edge < 3) faults.push(`edge contrast ${edge.toFixed(2)} of ${say(node)}`);
    }
    if (Number(node.getAttribute("tabindex")) > 0) faults.push(`tabindex above 0: ${say(node)}`);
  }
  for (const id of [...document.querySelectorAll("[id]")].map((node) => node.id)) {
    if (document.querySelectorAll(`#${CSS.escape(id)}`).length > 1) faults.push(`id ${id} twice`);
  }
  for (const attribute of ["aria-describedby", "aria-labelledby", "for"]) {
    for (const node of document.querySelectorAll(`[${attribute}]`)) {
      if (!document.getElementById(node.getAttribute(attribute))) faults.push(`${attribute} leads nowhere: ${say(node)}`);
    }
  }
  const headings = [...document.querySelectorAll("h1, h2, h3, h4")].filter(visible).map((node) => Number(node.tagName[1]));
  if (headings.filter((level) => level === 1).length !== 1) faults.push("not one h1");
  if (headings.some((level, at) => at && level > headings[at - 1] + 1)) faults.push("a level of headings is left out");
  if (!document.title) faults.push("no title");
  if (!["en", "hu"].includes(document.documentElement.lang)) faults.push("no language");
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) faults.push("the page scrolls sideways");
  return faults;
}
