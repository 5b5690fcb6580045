// The bytes of the table that a page learns from, held so that the page can keep them when it is opened anew.

const HELD = Symbol.for("descent-lab.table"); // header and upload are modules of their own, and share the page

/** Holds `bytes` for the page; for none if the view has just gone from it. */
export function holdTable(root, bytes) {
  if (root) root[HELD] = bytes;
}

export const heldTable = (root) => root[HELD];
