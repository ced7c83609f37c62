/** Elements in one expression. */

/**
 * Make an element: h("a", { href: "/", class: "button" }, "Home").
 *
 * An attribute of false, null or undefined is left out, true is written without a value; what begins with "on" is
 * listened to. Children are nodes or texts; lists of them are taken apart, null and false are left out.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== false && child !== undefined));
  return element;
}

let made = 0;

/** An id that nothing else in the page has. */
export function freshId(prefix) {
  return `${prefix}-${++made}`;
}
