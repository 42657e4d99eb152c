// Lists of a paper: rows are added at the end, deleted, and numbered.
import { did } from "./undo.js";

export class Rows {
  constructor(table, form, edited) {
    this.body = table.tBodies[0];
    this.id = table.dataset.rows;
    this.edited = edited;
    const card = table.closest("section");
    this.shown = form.elements["shown:" + this.id];
    this.first = Number(form.elements["from:" + this.id].value);
    this.pattern = this.body.rows[0].cloneNode(true);
    table.addEventListener("click", (e) => {
      const b = e.target.closest("[data-delete]");
      if (b) this.remove(b.closest("tr"));
    });
    card.querySelector("[data-add]").addEventListener("click", () => this.add(true));
  }
  add(focus) {
    const row = this.pattern.cloneNode(true);
    for (const i of row.querySelectorAll("input")) {
      i.value = "";
      i.removeAttribute("value");
    }
    for (const c of row.cells) c.classList.remove("bad", "dirty", "edit");
    this.body.append(row);
    this.number();
    if (focus) row.querySelector("input").focus();
    return true;
  }
  remove(row) {
    const next = row.nextElementSibling;
    const inputs = [...row.querySelectorAll("input")];
    const change = () => {
      this.number();
      return [this.body.querySelector("input") || inputs[0]];
    };
    const act = {
      undo: () => {
        this.body.insertBefore(row, next && next.isConnected ? next : null);
        change();
        return inputs;
      },
      redo: () => {
        row.remove();
        return change();
      },
    };
    const at = row.rowIndex;
    row.remove();
    if (!this.body.rows.length) this.add(false);
    did(act);
    this.edited(change());
    const near = this.body.rows[Math.min(at - 1, this.body.rows.length - 1)];
    near.querySelector("input").focus();
  }
  number() {
    [...this.body.rows].forEach((row, k) => {
      row.querySelector("th").textContent = String(this.first + k + 1);
      for (const i of row.querySelectorAll("input")) i.name = i.name.replace(/^(row:[^:]*:)\d+/, "$1" + (this.first + k));
    });
    this.shown.value = this.body.rows.length;
  }
}

// read gives the rows that hold something, as the server keeps them.
export function read(table, only) {
  const out = [];
  for (const tr of table.tBodies[0].rows) {
    const row = { cells: {} };
    for (const i of tr.querySelectorAll("input")) {
      const col = i.name.split(":")[3];
      const v = i.value.trim();
      if (v === "" || (only && !only(i))) continue;
      if (col === "part") row.part = v;
      else row.cells[col] = v;
    }
    if (Object.keys(row.cells).length) out.push(row);
  }
  return out;
}
