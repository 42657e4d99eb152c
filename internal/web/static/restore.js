// What a closed page had not sent comes back when the paper is opened again.
import { read } from "./rows.js";
import { set, tell } from "./grid.js";

// restore brings back what a closed page had not sent. What the server has by
// now is no change any more. It gives the revision that it was based on, or null.
export function restore(form, local, same) {
  const t = form.dataset;
  const table = (id) => form.querySelector(`[data-rows="${id}"]`);
  const d = local.load();
  if (!d) return null;
  const changes = [];
  for (const [k, v] of d.cells || []) {
    const i = form.elements["cell:" + k];
    if (i && !i.readOnly && i.value !== v) changes.push({ input: i, from: i.value, to: v });
  }
  local.clear();
  let n = changes.length;
  const rows = Object.entries(d.lists || {}).filter(([list, want]) => table(list) && JSON.stringify(read(table(list), (i) => i.dataset.local !== undefined)) !== JSON.stringify(want));
  for (const [list, want] of rows) {
    n += want.length;
    changes.push(...lay(form, table(list), want));
  }
  for (const [g, on] of d.same || []) same(g, on);
  if (!n) return null;
  set(changes);
  tell(t.tRestored.replace("@", n));
  return d.rev;
}

// lay writes rows that were kept into the rows that are there.
function lay(form, body, want) {
  const add = form.querySelector(`[data-add="${body.dataset.rows}"]`);
  while (body.tBodies[0].rows.length < want.length) add.click();
  const out = [];
  want.forEach((row, k) => {
    for (const i of body.tBodies[0].rows[k].querySelectorAll("input[data-local]")) {
      const col = i.name.split(":")[3];
      const v = (col === "part" ? row.part : row.cells[col]) || "";
      if (i.value !== v) out.push({ input: i, from: i.value, to: v });
    }
  });
  return out;
}
