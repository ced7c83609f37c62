/** What every page of a logged-in user needs. */
import "htmx.org";
import "./api-form.js";
import "./density.js";
import "./dialog.js";
import "./shortcuts.js";
import "./live.js";
import { showWaitingToast } from "./toast.js";

showWaitingToast();

// A menu closes when something else is chosen.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.user-menu[open]")) {
    menu.open = menu.contains(event.target);
  }
});

// Only where the browser trusts the connection: over HTTPS, or on the machine itself.
navigator.serviceWorker?.register("/service-worker.js");
