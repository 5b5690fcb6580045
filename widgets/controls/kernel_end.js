// Whether a kernel that is silent has ended, as far as its server says.

import { inVoila } from "./page.js";

const ENDED = ["dead", "restarting", "autorestarting"]; // a kernel that was restarted knows nothing of the page

const UNKNOWN = 404;
const PATIENCE_MS = 5000; // for the server's answer

/**
 * Follows the kernel's status. `look()` asks the server and tells whether it answered that the kernel lives; `text()`
 * names what there is to say of a silent kernel.
 */
export function watchForEnd(model, signal) {
  const kernel = model.widget_manager?.kernel;
  let ended = false;
  const take = (_, status) => (ended ||= ENDED.includes(status));
  kernel?.statusChanged?.connect(take);
  signal.addEventListener("abort", () => kernel?.statusChanged?.disconnect(take));
  const look = async () => {
    const answer = ended || !kernel ? null : await ask(kernel);
    ended ||= answer === UNKNOWN;
    return answer !== null && !ended;
  };
  const gone = inVoila() ? "gone" : "gone_notebook";
  return { look, text: () => (ended ? gone : "lost") };
}

/** The status of the server's answer to what it knows of a kernel; null if it does not answer. */
async function ask({ id, serverSettings: { baseUrl } }) {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    return (await fetch(`${baseUrl}api/kernels/${id}`, { cache: "no-store", signal })).status;
  } catch {
    return null; // the kernel may live
  }
}
