// Says where the keyboard is: the element or nothing, whether in the main content, what is wrong with how it is shown.
() => {
  const element = document.activeElement;
  if (!element || element === document.body) return { name: "", isInMain: false, fault: "" };

  const name = `<${element.localName}> ${JSON.stringify((element.textContent || element.ariaLabel || "").trim().slice(0, 40))}`;
  const isOutlined = (each) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(each);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
  };
  // A hidden radio button shows the focus on its label, or on what is drawn in its place.
  const shown = [element, element.closest("label"), ...(element.labels ?? []), element.nextElementSibling];
  const outlined = shown.filter(Boolean).find(isOutlined);
  const box = (outlined ?? element).getBoundingClientRect();
  const isInSight = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  // A button of the browser within a field has the focus in its place, and shows it in its own way.
  const isWithin = !element.matches(":focus");
  const fault = isWithin ? "" : !outlined ? `no focus is seen on ${name}` : !isInSight ? `the focus leaves the window on ${name}` : "";
  return { name, isInMain: element.closest("main") !== null, fault };
};
