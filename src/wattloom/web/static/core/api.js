/** Requests to the API on the strength of the session, and what goes wrong with them. */
import { t } from "./texts.js";

/** A refusal of the API, with the messages of each field, and all else that it said. */
export class ApiError extends Error {
  /** @param {number} status @param {string} message @param {Record<string, string[]>} fields @param {object | null} content */
  constructor(status, message, fields = {}, content = null) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.fields = fields;
    this.content = content;
  }
}

/**
 * Send a request and return the parsed answer, null where there is none.
 *
 * A session that has ended leads to the login and back here.
 * @param {string} method @param {string} path @param {unknown} [body] sent as JSON; a FormData as it is
 */
export async function api(method, path, body, { signal } = {}) {
  const headers = { Accept: "application/json" };
  const token = document.querySelector("meta[name=csrf-token]")?.content;
  if (token && method !== "GET") {
    headers["X-CSRF-Token"] = token;
  }
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) {
    headers["Content-Type"] = "application/json";
  }
  const answer = await send(path, { method, headers, signal, body: isForm ? body : JSON.stringify(body) });
  const content = await parsed(answer);
  if (answer.status === 401 && method === "GET") {
    location.reload(); // the server then asks to log in and comes back here
  }
  if (answer.status === 401) {
    throw new ApiError(401, t("Your session has ended. Keep what you have typed elsewhere, and log in again."));
  }
  if (!answer.ok) {
    throw refusal(answer.status, content);
  }
  return content;
}

async function send(path, options) {
  try {
    return await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") {
      throw error;
    }
    throw new ApiError(0, t("The server cannot be reached. Try again in a moment."));
  }
}

async function parsed(answer) {
  const text = await answer.text();
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** The API names wrong fields as {"json": {"flex_context": {"site-power-capacity": ["…"]}}}, at any depth. */
function refusal(status, content) {
  const found = content?.message ?? content?.errors;
  if (found !== null && typeof found === "object" && !Array.isArray(found)) {
    const inner = found.json ?? found.query ?? found;
    const fields = Object.fromEntries(flattened(inner, []));
    return new ApiError(status, Object.values(fields).flat().join(" "), fields, content);
  }
  const text = Array.isArray(found) ? found.join(" ") : found;
  return new ApiError(status, text ?? t("The server answered with an error (%(status)s).", { status }), {}, content);
}

function flattened(value, path) {
  if (Array.isArray(value) || typeof value !== "object") {
    return [[path.join("."), [value].flat().map(String)]];
  }
  return Object.entries(value).flatMap(([key, inner]) => flattened(inner, [...path, key]));
}
