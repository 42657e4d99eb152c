// Figures that follow from others are computed as one types: totals of a
// breakdown, and cells that count or add up the rows of a list. The server
// computes them again, and its figures stand.

const value = (s) => (s === "" || isNaN(Number(s)) ? null : Number(s));

export function thin(n) {
  const [whole, rest] = String(Math.round(n * 100) / 100).split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, "\u2009") + (rest ? "." + rest : "");
}

function follow(form, cell) {
  const [list, agg, of, where] = cell.dataset.from.split("|");
  const table = form.querySelector(`[data-rows="${list}"]`);
  if (!table) return;
  const [col, want] = where ? where.split("=") : [];
  const names = col ? optionName(form, col, want) : null;
  const part = cell.name.slice(5).split("/")[0];
  let sum = 0;
  let n = 0;
  for (const row of table.tBodies[0].rows) {
    const get = (c) => {
      const i = [...row.querySelectorAll("input")].find((x) => x.name.split(":")[3] === c);
      return i ? i.value.trim() : "";
    };
    if (col && !names.includes(get(col))) continue;
    if (!col && get("part") && optionName(form, "part", part).indexOf(get("part")) < 0) continue;
    const v = agg === "count" ? (get(of || col || "part") || [...row.querySelectorAll("input")].some((i) => i.value) ? 1 : null) : value(get(of));
    if (v === null) continue;
    sum += v;
    n++;
  }
  cell.readOnly = n > 0;
  if (n) cell.value = String(Math.round(sum * 100) / 100);
}

// A choice is typed by its name and meant by its id.
function optionName(form, col, id) {
  const list = document.getElementById("dl-" + col);
  const o = list && [...list.options].find((x) => x.dataset.id === id);
  return o ? [id, o.value] : [id];
}

export function totals(form) {
  for (const cell of form.querySelectorAll("input[data-from]")) {
    const pages = form.querySelector(`#l-${CSS.escape(cell.dataset.from.split("|")[0])} .pager`);
    if (!pages) follow(form, cell); // a list of several pages is the server's to add up
  }
  const sums = new Map();
  for (const i of form.querySelectorAll("input[data-sum]")) {
    const v = value(i.value);
    if (v !== null) sums.set(i.dataset.sum, (sums.get(i.dataset.sum) || 0) + v);
  }
  for (const out of form.querySelectorAll("output[data-total]")) {
    const v = sums.get(out.dataset.total);
    out.textContent = v === undefined ? "" : thin(v);
  }
}

// answered lays the server's own figures over what was computed here.
export function answered(form, computed, rows) {
  for (const [id, n] of Object.entries(rows)) {
    const at = document.querySelector(`#l-${id} [data-found]`);
    const pages = document.querySelector(`#l-${id} .pager`);
    if (at && !pages) at.textContent = form.dataset.tRows.replace("@", n);
  }
  for (const i of form.querySelectorAll("input[data-from]")) i.readOnly = i.name.slice(5) in computed;
  for (const [k, v] of Object.entries(computed)) {
    const i = form.elements["cell:" + k];
    if (!i) continue;
    i.value = v;
    i.readOnly = true;
  }
  totals(form);
}
