// What the header's files share: the page they are on, and the kernel's traits to follow.

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
