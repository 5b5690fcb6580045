// Hands a file to the browser, which puts it where downloads go.

import { element } from "./element.js";

const KEPT_MS = 60_000; // a browser may ask where to put the file before it reads it

/** Offers `content`, a part of a Blob, as a file called `name`. */
export function offerFile(name, content) {
  const address = URL.createObjectURL(new Blob([content]));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}
