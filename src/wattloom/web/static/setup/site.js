/** Changes of a site that the steps of the wizard share. */
import { api } from "../core/api.js";

/** Replace the flex-context of a site by what `change` makes of it. */
export async function changeFlexContext(site, change) {
  const { flex_context: text } = await api("GET", `/api/v3_0/assets/${site}`);
  await api("PATCH", `/api/v3_0/assets/${site}`, { flex_context: change(JSON.parse(text)) });
}
