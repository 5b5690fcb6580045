// Whether a kernel that is silent has ended, as far as its server says.

import { inVoila } from "./page.js";

const ENDED = ["dead", "restarting", "autorestarting"]; // a kernel that was restarted knows nothing of the page

/** Follows the kernel's status; `look()` asks the server, and `text()` names what there is to say of a silent kernel. */
export function watchForEnd(model, signal) {
  const kernel = model.widget_manager?.kernel;
  let ended = false;
  const take = (_, status) => (ended ||= ENDED.includes(status));
  kernel?.statusChanged?.connect(take);
  signal.addEventListener("abort", () => kernel?.statusChanged?.disconnect(take));
  const look = async () => {
    if (!ended && kernel) ended = await isUnknown(kernel);
  };
  const gone = inVoila() ? "gone" : "gone_notebook";
  return { look, text: () => (ended ? gone : "lost") };
}

/** True if the server answers that it has no such kernel. */
async function isUnknown({ id, serverSettings: { baseUrl } }) {
  try {
    return (await fetch(`${baseUrl}api/kernels/${id}`, { cache: "no-store" })).status === 404;
  } catch {
    return false; // no server answers: the kernel may live
  }
}
