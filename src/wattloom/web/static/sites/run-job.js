/** Follow a job to its end: by live events, and by asking the server, which waits, where these do not come. */
import { api } from "../core/api.js";

const AGAIN_MS = 300;
const ENDED = new Set(["FINISHED", "FAILED", "CANCELED"]);

/**
 * Return the job once it has ended.
 *
 * @param {string} id @param {(news: {state: string, fraction?: number, text?: string}) => void} tell what is known of it
 */
export async function followJob(id, tell) {
  let hasHeardEnd = false;
  const hear = ({ detail }) => {
    if (detail.job === id) {
      hasHeardEnd ||= ENDED.has(detail.state.toUpperCase());
      tell({ ...detail, state: detail.state.toUpperCase() });
    }
  };
  document.body.addEventListener("wattloom:job", hear);
  tell({ state: "QUEUED" }); // the first answer of the server may take some seconds
  try {
    for (;;) {
      const job = await api("GET", `/api/v3_0/jobs/${id}`);
      tell({ state: job.status });
      if (ENDED.has(job.status)) {
        if (!hasHeardEnd) {
          document.body.dispatchEvent(new CustomEvent("wattloom:job", { detail: { kind: "job", job: id, state: job.status } }));
        }
        return job;
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  } finally {
    document.body.removeEventListener("wattloom:job", hear);
  }
}

/** Why a job has no plan: the refusal that the server gives when it is asked for the plan. */
export async function whyFailed(id) {
  try {
    await api("GET", `/api/v4/schedules/${id}/explanation`);
    return null;
  } catch (error) {
    return error;
  }
}
