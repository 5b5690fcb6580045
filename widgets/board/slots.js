// Slots: elements of the page, by their data-dl-slot, whose text and look the kernel sets with each frame.

const slotClasses = new WeakMap();

const words = (text) => (text ?? "").split(" ").filter(Boolean);

/** Fills every slot of `values` under `root`; the slot "root" is `root` itself. */
export function fillSlots(root, values) {
  for (const [name, value] of Object.entries(values)) {
    const targets = name === "root" ? [root] : root.querySelectorAll(`[data-dl-slot="${CSS.escape(name)}"]`);
    for (const target of targets) fillSlot(target, typeof value === "string" ? { text: value } : value);
  }
}

function fillSlot(target, { text, style = {}, attrs = {}, class: className }) {
  if (text !== undefined && target.textContent !== text) target.textContent = text;
  for (const [name, value] of Object.entries(style)) target.style.setProperty(name, value);
  for (const [name, value] of Object.entries(attrs)) {
    if (target.getAttribute(name) !== String(value)) target.setAttribute(name, value);
  }
  if (className === undefined || slotClasses.get(target) === className) return;
  target.classList.remove(...words(slotClasses.get(target)));
  target.classList.add(...words(className));
  slotClasses.set(target, className);
}
