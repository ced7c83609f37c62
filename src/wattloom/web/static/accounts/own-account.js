/** The page of one's own account: a new API key is shown once, in the dialog that made it. */
const form = document.querySelector("api-form.new-key");
const made = document.querySelector(".made-key");

form.addEventListener("wattloom:sent", ({ detail }) => {
  const key = document.getElementById("made-key");
  key.value = detail.key;
  form.hidden = true;
  made.hidden = false;
  key.focus();
  key.select();
});

made.querySelector("[data-reloads]").addEventListener("click", () => location.reload());
