/**
 * Dialogs: <button data-opens="id"> opens <dialog id>, a button with data-closes closes the dialog around it.
 *
 * <dialog data-confirm="Name"> holds an input [data-confirms]: its submit button works once the name is typed.
 */
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-opens]");
  if (opener) {
    document.getElementById(opener.dataset.opens).showModal();
  }
  if (event.target.closest?.("[data-closes]")) {
    event.target.closest("dialog").close();
  }
});

document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-confirms]")) {
    const dialog = event.target.closest("[data-confirm]");
    dialog.querySelector("[type=submit]").disabled = event.target.value.trim() !== dialog.dataset.confirm;
  }
});
