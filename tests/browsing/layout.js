// Says what is wrong with the layout of the page: one line for each fault.
() => {
  const TOLERANCE = 1.5; // of rounded positions [px]
  const PHONE = 720; // narrower than that rows of tables are cards [px]
  const width = document.documentElement.clientWidth;
  const faults = [];

  const nameOf = (element) => {
    const [first] = element.classList;
    const text = element.textContent.trim().replace(/\s+/g, " ").slice(0, 40);
    return `<${element.localName}${element.id ? `#${element.id}` : first ? `.${first}` : ""}> ${JSON.stringify(text)}`;
  };
  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const isOnlyHeard = ({ width: w, height: h }) => w <= 1 || h <= 1;
  const isOutOfSight = ({ right, bottom }) => right + scrollX <= 0 || bottom + scrollY <= 0;

  /** Returns the ancestors of an element, from itself on, that cut off or scroll what is wider than they are. */
  const framesOf = function* (element) {
    for (let each = element; each && each !== document.body; each = each.parentElement) {
      const style = getComputedStyle(each);
      if (style.overflowX !== "visible") yield { box: each.getBoundingClientRect(), style };
      if (style.position === "fixed") return;
    }
  };

  const checkText = (element) => {
    if (element.closest(".leaflet-map-pane")) return; // a map goes on beyond its edges, and is moved
    const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (texts.length === 0) return;
    const range = document.createRange();
    range.setStartBefore(texts[0]);
    range.setEndAfter(texts.at(-1));
    const text = range.getBoundingClientRect();
    const style = getComputedStyle(element);
    const own = element.getBoundingClientRect();
    const letter = parseFloat(style.fontSize);
    if (isOnlyHeard(text) || isOnlyHeard(own)) return;
    if (!style.display.startsWith("inline") && style.overflowX === "visible" && text.right > own.right + TOLERANCE) {
      faults.push(`text sticks out of ${nameOf(element)} by ${Math.round(text.right - own.right)} px`);
    }
    for (const { box, style: frame } of framesOf(element)) {
      if (isOnlyHeard(box) || frame.textOverflow === "ellipsis") return;
      if (/auto|scroll/.test(frame.overflowX + frame.overflowY)) return;
      const sideways = Math.max(text.right - box.right, box.left - text.left);
      const upwards = Math.max(text.bottom - box.bottom, box.top - text.top);
      if (sideways > TOLERANCE || upwards > letter / 4) faults.push(`text is cut off in ${nameOf(element)}`);
    }
  };

  if (document.documentElement.scrollWidth > width) {
    faults.push(`the page is ${document.documentElement.scrollWidth} px wide in a window of ${width} px`);
  }
  for (const box of width < PHONE ? document.querySelectorAll(".table-card") : []) {
    if (box.scrollWidth > box.clientWidth + TOLERANCE) faults.push(`a table scrolls sideways in ${nameOf(box)}`);
  }
  for (const element of document.body.querySelectorAll("*:not(svg *, script, option)")) {
    const box = element.getBoundingClientRect();
    if (!isSeen(element) || isOnlyHeard(box) || isOutOfSight(box)) continue;
    const isFramed = element.parentElement && !framesOf(element.parentElement).next().done;
    if (!isFramed && (box.right > width + TOLERANCE || box.left < -TOLERANCE)) {
      faults.push(`${nameOf(element)} reaches from ${Math.round(box.left)} to ${Math.round(box.right)} of ${width} px`);
    }
    checkText(element);
  }
  return faults;
};
