/** What is wrong with controls, said under them. */
import { h } from "./dom.js";

const ID = "problem-";

/** Show what is wrong with a control at the end of a box; screen readers tell it beside what describes the control anyway. */
export function showProblem(control, box, text) {
  const problem = h("p", { class: "field-problem problem", id: `${ID}${control.id || control.name}` }, text);
  box.append(problem);
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", [...descriptions(control), problem.id].join(" "));
  return problem;
}

/** Take away all that was shown inside an element. */
export function clearProblems(root) {
  root.querySelectorAll(".field-problem").forEach((problem) => problem.remove());
  for (const control of root.querySelectorAll("[aria-invalid]")) {
    control.removeAttribute("aria-invalid");
    const kept = descriptions(control);
    if (kept.length > 0) {
      control.setAttribute("aria-describedby", kept.join(" "));
    } else {
      control.removeAttribute("aria-describedby");
    }
  }
}

function descriptions(control) {
  return (control.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id !== "" && !id.startsWith(ID));
}
