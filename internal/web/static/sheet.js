// Where the cells of a sheet are: by row, by column, in the order of reading.
import { Rows } from "./rows.js";

// A grid finds its cells by row and by column; a wide cell covers several.
export class Grid {
  constructor(table, form, edited) {
    this.table = table;
    this.rows = table.dataset.rows ? new Rows(table, form, edited) : null;
  }
  lines() {
    return [...this.table.querySelectorAll("tbody tr")].filter((r) => r.querySelector(".c input"));
  }
  row(n, grow) {
    let all = this.lines();
    while (grow && this.rows && n >= all.length && n < 2000) {
      if (!this.rows.add(false)) break;
      all = this.lines();
    }
    return all[n];
  }
  // inputs gives the cells of a row: {col, end, input}, without input where the row has none.
  inputs(row) {
    const out = [];
    let col = 0;
    for (const td of row.cells) {
      const end = col + td.colSpan;
      if (td.classList.contains("c")) out.push({ col, end, input: td.querySelector("input") });
      else if (td.classList.contains("no") && !td.previousElementSibling.classList.contains("no")) out.push({ col, end });
      col = end;
    }
    return out;
  }
  place(input) {
    const row = input.closest("tr");
    return { row: this.lines().indexOf(row), col: this.inputs(row).find((x) => x.input === input).col };
  }
  // move gives the cell that lies in a direction, or null.
  move(input, down, right) {
    const at = this.place(input);
    let line = at.row;
    for (;;) {
      line += down;
      const row = this.lines()[line];
      if (!row) return null;
      const cells = this.inputs(row).filter((x) => x.input);
      const i = cells.findIndex((x) => x.input === input);
      const to = right ? cells[i + right] : cells.find((x) => x.col <= at.col && at.col < x.end);
      if (to) return to.input;
      if (right) return null;
    }
  }
  // next goes on in the order of reading.
  next(input, step) {
    const all = this.lines().flatMap((r) => this.inputs(r).filter((x) => x.input).map((x) => x.input));
    return all[all.indexOf(input) + step];
  }
}
