/** The page of a sensor. <file-upload action> checks files with the server, then stores what is in them. */
import { api } from "../core/api.js";
import { t } from "../core/texts.js";
import { toastAfterLoad } from "../core/toast.js";

class FileUpload extends HTMLElement {
  connectedCallback() {
    this.querySelector("form").addEventListener("submit", (event) => this.#submit(event));
  }

  async #submit(event) {
    event.preventDefault();
    const isPreview = event.submitter?.value === "preview";
    const form = new FormData(event.target);
    for (const name of ["unit", "dayfirst"]) {
      if (form.get(name) === "") {
        form.delete(name);
      }
    }
    if (isPreview) {
      form.set("dry-run", "true");
    }
    this.#say(t("Reading …"));
    event.submitter.disabled = true;
    try {
      const answer = await api("POST", this.getAttribute("action"), form);
      if (isPreview) {
        this.#say(told(answer));
      } else {
        toastAfterLoad("good", t("The values were recorded."));
        location.reload();
      }
    } catch (error) {
      this.#say(error.message, true);
    } finally {
      event.submitter.disabled = false;
    }
  }

  #say(text, isProblem = false) {
    const preview = this.querySelector(".upload-preview");
    preview.textContent = text;
    preview.classList.toggle("problem", isProblem);
  }
}

/** What would become of the files, in words. */
function told({ rows, new: added, changed, unchanged }) {
  return t("%(rows)s rows: %(added)s new values, %(changed)s changed, %(unchanged)s known already. Nothing is stored yet.", {
    rows,
    added,
    changed,
    unchanged,
  });
}

customElements.define("file-upload", FileUpload);
