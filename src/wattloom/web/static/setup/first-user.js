/** The first page of a new server: the browser knows the time zone. */
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
const choice = document.querySelector("select[name=timezone]");
const known = [...choice.options].find((option) => option.value === timeZone);
if (known !== undefined) {
  choice.value = known.value;
}
