// The pointer: a spot that follows the mouse, which a room can see.

const POINTER_KEYS = ["p", "P"];

/** Keeps the spot, which the key P shows and takes away. */
export function keepPointer(root, onPlainKey, signal) {
  const spot = document.createElement("div");
  spot.className = "dl-pointer";
  spot.hidden = true;
  root.append(spot);
  onPlainKey(POINTER_KEYS, () => {
    spot.hidden = !spot.hidden;
    root.toggleAttribute("data-pointer", !spot.hidden);
  });
  const follow = ({ clientX, clientY }) => {
    const { left, top } = root.getBoundingClientRect();
    spot.style.translate = `${clientX - left}px ${clientY - top + root.scrollTop}px`;
  };
  addEventListener("pointermove", follow, { signal, passive: true });
  signal.addEventListener("abort", () => spot.remove());
}
