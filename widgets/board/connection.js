// The connection between a page's models and their kernel.

/**
 * Says whether the connection is down. What is sent meanwhile waits, and JupyterLab's client then asks the kernel how it
 * is behind what waits, and sends nothing for three seconds: what is worth nothing later is better not sent.
 */
export function isCutOff(model) {
  const kernel = model.widget_manager?.kernel;
  return Boolean(kernel) && kernel.connectionStatus !== "connected";
}

/** Sends a message; returns false if the kernel has ended, which the page says elsewhere. */
export function tell(model, content) {
  try {
    model.send(content);
    return true;
  } catch {
    return false;
  }
}
