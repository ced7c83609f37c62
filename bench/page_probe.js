// Notes in window.probe when things were painted and what kept the page from answering; all times in ms of the page.
(() => {
  const probe = { drawn: [], largest: 0, longTasks: [], wheel: 0 };
  window.probe = probe;

  const watch = (type, note) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  watch("largest-contentful-paint", (entry) => (probe.largest = entry.startTime));
  watch("longtask", (entry) => probe.longTasks.push(entry));

  // A chart says that it is drawn before the browser paints it: that is once the next frame is over.
  const notePaint = () => requestAnimationFrame(() => setTimeout(() => probe.drawn.push(performance.now())));
  const isDrawn = ({ target }) => target.dataset.state === "drawn";
  new MutationObserver((changes) => changes.some(isDrawn) && notePaint()).observe(document, {
    subtree: true,
    attributeFilter: ["data-state"],
  });

  addEventListener("wheel", () => (probe.wheel ||= performance.now()), { capture: true, passive: true });
})();
