/** Files that people take along from a page. */

/** What spreadsheets would take for a formula stays a text; null is empty. */
export function safeCell(value) {
  return typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : (value ?? "");
}

/** Rows of numbers, texts and nulls as CSV by RFC 4180. */
export function csv(rows) {
  return rows.map((row) => row.map(quoted).join(",")).join("\r\n") + "\r\n";
}

/** The same as a file; spreadsheets tell by its mark that it is UTF-8. @returns {Blob} */
export function csvFile(rows) {
  return new Blob(["\ufeff", csv(rows)], { type: "text/csv;charset=utf-8" });
}

/** Offer a file to keep. @param {Blob} file @param {string} name */
export function save(file, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function quoted(value) {
  const text = String(safeCell(value));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
