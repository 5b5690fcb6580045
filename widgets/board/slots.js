// Slots: elements of the page, by their data-dl-slot, whose text and look the kernel sets with each frame.

const slotClasses = new WeakMap();
const filled = new WeakMap(); // element -> the value it was filled with last

const words = (text) => (text ?? "").split(" ").filter(Boolean);

/** Fills every slot of `values` under `root`; the slot "root" is `root` itself. */
export function fillSlots(root, values) {
  if ("root" in values) fillSlot(root, values.root);
  // One walk for all slots: the charts' elements are under `root` too, and one for each took a twelfth of a frame.
  for (const target of root.querySelectorAll("[data-dl-slot]")) {
    const { dlSlot: name } = target.dataset;
    if (Object.hasOwn(values, name)) fillSlot(target, values[name]);
  }
}

function fillSlot(target, value) {
  if (filled.get(target) === value) return;
  filled.set(target, value);
  const { text, style = {}, attrs = {}, class: className } = typeof value === "string" ? { text: value } : value;
  if (text !== undefined && target.textContent !== text) target.textContent = text;
  for (const [name, set] of Object.entries(style)) target.style.setProperty(name, set);
  for (const [name, set] of Object.entries(attrs)) {
    if (target.getAttribute(name) !== String(set)) target.setAttribute(name, set);
  }
  if (className === undefined || slotClasses.get(target) === className) return;
  target.classList.remove(...words(slotClasses.get(target)));
  target.classList.add(...words(className));
  slotClasses.set(target, className);
}
