// Blocks of cells from Excel and WPS: text with tabs between cells and line ends
// between rows; a cell that holds either, or a quote, stands in quotes.

export function parse(text) {
  const rows = [];
  let row = [];
  let cell = "";
  let quoted = false;
  let fresh = true; // nothing of this cell was read yet
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') cell += text[++i];
      else quoted = false;
    } else if (c === '"' && fresh) {
      quoted = true;
      fresh = false;
    } else if (c === "\t" || c === "\n" || c === "\r") {
      row.push(cell);
      cell = "";
      fresh = true;
      if (c === "\t") continue;
      if (c === "\r" && text[i + 1] === "\n") i++;
      rows.push(row);
      row = [];
    } else {
      cell += c;
      fresh = false;
    }
  }
  if (cell !== "" || row.length) rows.push([...row, cell]);
  return rows.map((r) => r.map((s) => s.replace(/\s+/g, " ").trim()));
}

// A figure as people write it: full-width digits, separators of thousands, a
// unit that Excel put behind it is not guessed at. What is no figure stays.
export function figure(text) {
  let s = text.replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).replace(/\u2212/g, "-");
  const bare = s.replace(/[\s\u00a0\u2009\u202f']/g, "");
  if (/^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(bare)) s = bare.replace(/,/g, "");
  else if (/^-?(\d+\.?\d*|\.\d+)$/.test(bare)) s = bare;
  else return text.trim();
  return s;
}

// fill lays a block over a grid, from one cell on. It gives what it changed, and
// how many cells found no place or could not be changed.
export function fill(block, from, grid) {
  const out = { changes: [], over: 0, auto: 0 };
  const start = grid.place(from);
  block.forEach((cells, r) => {
    const row = grid.row(start.row + r, true);
    const at = row ? grid.inputs(row).filter((x) => x.col >= start.col) : [];
    cells.forEach((text, c) => {
      const slot = at[c];
      if (!slot) {
        if (text !== "") out.over++;
        return;
      }
      if (!slot.input) return; // a place where this row has no cell
      if (slot.input.readOnly) {
        out.auto++;
        return;
      }
      const value = slot.input.dataset.n === undefined ? text : figure(text);
      if (value !== slot.input.value) out.changes.push({ input: slot.input, from: slot.input.value, to: value });
    });
  });
  return out;
}
