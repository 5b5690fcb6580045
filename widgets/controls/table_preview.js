// The first rows of a visitor's table, with a menu for the kind of each column. See upload_view.py.
// A visitor's words become text nodes only, never HTML.

import { element } from "../board/element.js";

/** A table in a box that scrolls; calls choose(column, kind). `show(texts, kinds, columns)` draws it anew. */
export function tablePreview(choose) {
  const table = element("table");
  const box = element("div", { class: "dl-upload-preview", tabindex: "0", role: "region" }, table);

  const heading = (texts, kinds, column) => {
    const menu = element("select", { "aria-label": texts.kind.replace("{name}", () => column.name) });
    menu.replaceChildren(...kinds.map((kind) => new Option(texts[kind], kind)));
    menu.value = column.kind;
    menu.addEventListener("change", () => choose(column.name, menu.value));
    return element("th", { scope: "col" }, element("span", {}, column.name), menu);
  };
  const row = (columns, place) =>
    element("tr", {}, ...columns.map((column) => cell(column, column.cells[place])));
  const cell = (column, text) => element("td", column.used ? {} : { class: "dl-left-out" }, text);

  const show = (texts, kinds, columns) => {
    box.setAttribute("aria-label", texts.preview);
    const names = element("tr", {}, ...columns.map((column) => heading(texts, kinds, column)));
    const places = columns[0].cells.map((_, place) => place);
    table.replaceChildren(
      element("thead", {}, names),
      element("tbody", {}, ...places.map((place) => row(columns, place))),
    );
  };
  return { box, show };
}
