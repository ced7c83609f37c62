/**
 * Shows the description of the API and lets people try it, with Swagger UI.
 *
 * Who is logged in here can try operations at once: requests then carry the
 * session's CSRF token. A token or key given under "Authorize" comes first.
 */
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

const csrfToken = document.querySelector("meta[name=csrf-token]").content;
const place = document.getElementById("api-docs");
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

/**
 * Mends what Swagger UI keeps from people who hear the page or use the keyboard: a heading is a button and must hold
 * no link (unfolding it writes the same address), and the choice of servers has no name.
 */
function Accessible({ React }) {
  const { createElement } = React;
  const nameChoice = (element) => element?.querySelector("select")?.setAttribute("aria-label", "Server");
  const named = (Original) => (props) => createElement("div", { ref: nameChoice }, createElement(Original, props));
  return {
    components: { DeepLink: ({ text }) => createElement("span", null, text) },
    wrapComponents: { Servers: named },
  };
}

followTheme();
systemIsDark.addEventListener("change", followTheme);
document.addEventListener("wattloom:theme", followTheme);

SwaggerUI({
  domNode: place,
  url: place.dataset.url,
  onComplete: () => place.removeAttribute("aria-busy"),
  presets: [SwaggerUI.presets.apis],
  plugins: [SwaggerUI.plugins.DownloadUrl, Accessible],
  validatorUrl: null, // would send our address to a foreign host
  requestInterceptor: withCsrfToken,
  deepLinking: true,
  docExpansion: "list",
  filter: true,
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true,
  showMutatedRequest: false, // the CSRF token belongs into no copied command
});
