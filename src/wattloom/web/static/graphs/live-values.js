/** New beliefs about what is shown: read anew, at most every other second. Events are those of core/live.js. */
import { soon } from "../core/soon.js";

/** Listen until the returned function is called. */
export function listenLive(graphs) {
  const refreshing = soon(() => graphs.refresh());

  function refreshSoon() {
    graphs.whole.forget();
    refreshing.call();
  }

  function hear({ detail }) {
    const [start, end] = [Date.parse(detail.start), Date.parse(detail.end)];
    if (graphs.sensorIds.includes(detail.sensor)) {
      graphs.values.invalidate(detail.sensor, [start, end]);
      const [from, to] = graphs.window;
      if (start < to && end >= from) {
        refreshSoon();
      }
    }
  }

  function catchUp() {
    graphs.sensorIds.forEach((sensor) => graphs.values.invalidate(sensor, [-Infinity, Infinity]));
    refreshSoon();
  }

  document.body.addEventListener("wattloom:beliefs", hear);
  document.body.addEventListener("wattloom:missed", catchUp);
  return () => {
    refreshing.stop();
    document.body.removeEventListener("wattloom:beliefs", hear);
    document.body.removeEventListener("wattloom:missed", catchUp);
  };
}
