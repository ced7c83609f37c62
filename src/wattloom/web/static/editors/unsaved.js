/** Asks before a page with unsaved changes is left. */
const guarded = new Set();

addEventListener("beforeunload", (event) => {
  if ([...guarded].some((hasChanges) => hasChanges())) {
    event.preventDefault();
  }
});

/** Guard as long as `hasChanges` says so. @param {() => boolean} hasChanges */
export function guard(hasChanges) {
  guarded.add(hasChanges);
}
