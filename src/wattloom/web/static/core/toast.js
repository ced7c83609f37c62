/** Short messages at the edge of the page; screen readers hear them, errors stay until they are closed. */
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";

const SHOWN_MS = 6000;

/** Show a message. @param {"good"|"warn"|"bad"|"info"} kind @param {string} text */
export function toast(kind, text) {
  const facts = { type: "button", class: "icon-button", "aria-label": t("Close"), onclick: () => message.remove() };
  const message = h("div", { class: `toast ${kind}` }, icon(kind), h("span", {}, text), h("button", facts, icon("close")));
  document.querySelector(".toasts")?.append(message);
  if (kind !== "bad") {
    setTimeout(() => message.remove(), SHOWN_MS);
  }
}

/** Show a message on the page that is loaded next. */
export function toastAfterLoad(kind, text) {
  sessionStorage.setItem("wattloom-toast", JSON.stringify([kind, text]));
}

/** Show what the last page left to say. */
export function showWaitingToast() {
  const waiting = sessionStorage.getItem("wattloom-toast");
  if (waiting !== null) {
    sessionStorage.removeItem("wattloom-toast");
    toast(...JSON.parse(waiting));
  }
}
