// What the header's files share: the page they are on, and the kernel's traits to follow.

const LONGEST_START_MS = 120_000; // a page that has no such part yet will never have it

/** Resolves to the enclosing .dl-root: render() is called before its element is put into the page. */
export function rootOf(el, signal) {
  return new Promise((resolve) => {
    const look = setInterval(() => {
      const root = el.closest(".dl-root");
      if (!root && !signal.aborted) return;
      clearInterval(look);
      if (root) resolve(root);
    }, 20);
  });
}

/** Resolves to the elements of these selectors once all of them are there: ipywidgets puts views in one by one. */
export function whenThere(root, selectors, signal) {
  return new Promise((resolve) => {
    const began = performance.now();
    const look = setInterval(() => {
      const found = selectors.map((selector) => root.querySelector(selector));
      const isThere = found.every(Boolean);
      if (!isThere && !signal.aborted && performance.now() - began < LONGEST_START_MS) return;
      clearInterval(look);
      if (isThere) resolve(found);
    }, 20);
  });
}

/** Calls `show` now and whenever one of the traits changes, until the view is gone. */
export function follow(model, names, show, signal) {
  const events = names.map((name) => `change:${name}`).join(" ");
  model.on(events, show);
  signal.addEventListener("abort", () => model.off(events, show));
  show();
}

/** True on a Voilà page, false in JupyterLab. */
export const inVoila = () => document.body.hasAttribute("data-voila");

/** The query of the URL that was opened: JupyterLab takes it out of the address bar before any cell runs. */
export function openedWith() {
  const [opened] = performance.getEntriesByType("navigation");
  return opened ? new URL(opened.name).search : location.search;
}
