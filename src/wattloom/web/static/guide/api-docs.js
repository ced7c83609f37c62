/**
 * Shows the description of the API and lets people try it, with Swagger UI.
 *
 * Who is logged in here can try operations at once: requests then carry the
 * session's CSRF token. A token or key given under "Authorize" comes first.
 */
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

const csrfToken = document.querySelector("meta[name=csrf-token]").content;
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

function followTheme() {
  const { theme } = document.documentElement.dataset;
  const isDark = theme === "dark" || (theme !== "light" && systemIsDark.matches);
  document.documentElement.classList.toggle("dark-mode", isDark);
}

function withCsrfToken(request) {
  const url = new URL(request.url, location.href);
  if (csrfToken && url.origin === location.origin && !request.headers.Authorization) {
    request.headers["X-CSRF-Token"] = csrfToken;
  }
  return request;
}

followTheme();
systemIsDark.addEventListener("change", followTheme);
document.addEventListener("wattloom:theme", followTheme);

SwaggerUI({
  domNode: document.getElementById("api-docs"),
  url: document.getElementById("api-docs").dataset.url,
  presets: [SwaggerUI.presets.apis],
  plugins: [SwaggerUI.plugins.DownloadUrl],
  validatorUrl: null, // would send our address to a foreign host
  requestInterceptor: withCsrfToken,
  deepLinking: true,
  docExpansion: "list",
  filter: true,
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true,
  showMutatedRequest: false, // the CSRF token belongs into no copied command
});
