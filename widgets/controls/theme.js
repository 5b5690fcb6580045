// The theme: light, dark, or what the system or JupyterLab has.

import { follow, inVoila } from "./page.js";
import { followView, setView, viewSetting } from "./view_settings.js";

/** Keeps the page in the theme that is chosen, and the button offering the other one. */
export function keepTheme(root, model, button, signal) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const systemIsDark = () =>
    inVoila() ? system.matches : document.body.dataset.jpThemeLight === "false";
  const apply = () => {
    const chosen = viewSetting(root, "theme");
    const dark = chosen === undefined ? systemIsDark() : chosen === "dark";
    const theme = dark ? "dark" : "light";
    if (root.dataset.theme !== theme) root.dataset.theme = theme; // else every chart would be plotted anew
    const texts = model.get("texts");
    button.textContent = dark ? texts.light : texts.dark;
    button.setAttribute("aria-label", dark ? texts.light_name : texts.dark_name);
  };
  const lab = new MutationObserver(apply);
  lab.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  signal.addEventListener("abort", () => lab.disconnect());
  system.addEventListener("change", apply, { signal });
  button.addEventListener("click", () => setView(root, "theme", root.dataset.theme === "dark" ? "light" : "dark"));
  followView(root, ["theme"], apply, signal);
  follow(model, ["texts"], apply, signal);
}
