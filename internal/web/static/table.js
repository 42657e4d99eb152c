// Small comforts of lists: a click anywhere on a row follows the row's first
// link, unless the reader is selecting text; the print button prints; what is wider
// than the page can be scrolled by keys.

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
  reach();
  document.addEventListener("swapped", reach);
}

// What does not fit is a stop of the tab key, named by its caption: not every browser
// makes it one by itself.
const sized = new ResizeObserver((all) => {
  for (const { target: e } of all) {
    const over = e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight;
    const name = e.querySelector("caption")?.textContent;
    if (!over) for (const a of ["tabindex", "role", "aria-label"]) e.removeAttribute(a);
    else {
      e.tabIndex = 0;
      if (name) {
        e.setAttribute("role", "region");
        e.setAttribute("aria-label", name);
      }
    }
  }
});

function reach() {
  sized.disconnect();
  for (const e of document.querySelectorAll(".scroll")) sized.observe(e);
}
