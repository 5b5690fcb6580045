// Groups in menus, which ipywidgets does not know.

/** Puts the entries of menus under the names of their groups: `groups` has [label, how many] by CSS class. */
export function groupMenus(root, groups) {
  for (const [cssClass, parts] of Object.entries(groups)) {
    for (const menu of root.querySelectorAll(`.${cssClass} select`)) groupEntries(menu, parts);
  }
}

function groupEntries(menu, parts) {
  const labels = [...menu.querySelectorAll("optgroup")].map(({ label }) => label);
  const isGrouped = menu.querySelector(":scope > option") === null; // ipywidgets writes new entries without any
  if (isGrouped && labels.join() === parts.map(([label]) => label).join()) return;
  const [entries, chosen] = [[...menu.options], menu.selectedIndex];
  const made = parts.map(([label, count]) => {
    const group = document.createElement("optgroup");
    group.label = label;
    group.append(...entries.splice(0, count));
    return group;
  });
  menu.replaceChildren(...made);
  menu.selectedIndex = chosen; // moving an entry chooses another one
}
