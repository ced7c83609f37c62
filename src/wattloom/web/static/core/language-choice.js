/** The choice of a language: kept in a cookie for the server, which then answers in it. */

const COOKIE = "wattloom_language";
const YEAR_S = 365 * 24 * 3600;

document.addEventListener("change", (event) => {
  if (event.target.matches(".language-choice select")) {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${COOKIE}=${event.target.value}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`;
    location.reload();
  }
});
