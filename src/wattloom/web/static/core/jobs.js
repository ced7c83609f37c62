/** Jobs of the server, followed to their end. */
import { api } from "./api.js";

const AGAIN_MS = 300;
const ENDED = new Set(["FINISHED", "FAILED", "CANCELED"]);

/** Whether a job with this state has ended. @param {string | undefined} state */
export function hasEnded(state) {
  return ENDED.has(state);
}

/**
 * Return the job once it has ended: by live events, and by asking the server, which waits, where these do not come.
 *
 * @param {string} id @param {(news: {state: string, fraction?: number, text?: string}) => void} tell what is known of it
 */
export async function followJob(id, tell) {
  let hasHeardEnd = false;
  const hear = ({ detail }) => {
    if (detail.job === id) {
      hasHeardEnd ||= hasEnded(detail.state);
      tell(detail);
    }
  };
  document.body.addEventListener("wattloom:job", hear);
  tell({ state: "QUEUED" }); // the first answer of the server may take some seconds
  try {
    for (;;) {
      const job = await api("GET", `/api/v3_0/jobs/${id}`);
      tell({ state: job.status });
      if (hasEnded(job.status)) {
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
