/**
 * What changes on the server, as CustomEvents `wattloom:<kind>` on the body with the facts as detail.
 *
 * How well that works stands on the root element: data-live is "live" (a stream), "polling" or "offline". What may
 * have been missed is `wattloom:missed`: whoever shows something then reads it anew.
 *
 * It begins where the page was made: nothing is missed before the stream is open. Browsers keep six connections per
 * host, so only pages that are seen listen; one that is shown again first hears what happened meanwhile.
 */
import { LiveSource } from "./live-source.js";

const source = new LiveSource(
  document.querySelector("meta[name=live-position]").content,
  (change) => document.body.dispatchEvent(new CustomEvent(`wattloom:${change.kind}`, { detail: change })),
  (state) => {
    document.documentElement.dataset.live = state;
  },
);

function follow() {
  if (document.visibilityState === "visible") {
    source.start();
  } else {
    source.stop();
  }
}

document.addEventListener("visibilitychange", follow);
addEventListener("pagehide", () => source.stop());
addEventListener("pageshow", follow);
follow();
