/** The state of the panel in the address, so that a question can be sent to somebody: #run?import=10&3.power=5. */

const BEGIN = "#run?";

/** What the address asks for, by key; empty where it asks nothing. @returns {Map<string, string>} */
export function askedByAddress() {
  return new Map(location.hash.startsWith(BEGIN) ? new URLSearchParams(location.hash.slice(BEGIN.length)) : []);
}

/** Keep what was set in the address. @param {[string, string][]} entries */
export function keepInAddress(entries) {
  const url = new URL(location.href);
  url.hash = entries.length === 0 ? "" : `${BEGIN}${new URLSearchParams(entries)}`;
  if (url.href !== location.href) {
    history.replaceState(history.state, "", url);
  }
}
