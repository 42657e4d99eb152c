// Small comforts of lists: a click anywhere on a row follows the row's first
// link, unless the reader is selecting text; the print button prints.

export function start() {
  document.addEventListener("click", (e) => {
    if (e.target.closest("[data-print]")) {
      e.preventDefault();
      print();
      return;
    }
    const row = e.target.closest("table[data-list] > tbody > tr");
    if (!row || e.target.closest("a, button, input, select, summary, label")) return;
    if (e.button || e.metaKey || e.ctrlKey || e.shiftKey || String(getSelection())) return;
    row.querySelector("a")?.click();
  });
}
