// The entry module of the pages of collection.
import { start as dialogs } from "./dialog.js";
import { start as grids } from "./grid.js";
import { start as drafts } from "./draft.js";

// Boxes that choose all rows, and text that is chosen whole to be copied: there
// is no clipboard for scripts on plain http.
function lists() {
  document.addEventListener("change", (e) => {
    const all = e.target.closest("[data-all]");
    if (all) for (const box of document.querySelectorAll(`input[name="${all.dataset.all}"]`)) box.checked = all.checked;
  });
  const text = document.querySelector("[data-select]");
  if (text) {
    text.addEventListener("focus", () => text.select());
    text.focus();
  }
}

dialogs();
lists();
const form = document.querySelector("form[data-paper]");
if (form) {
  grids(form);
  drafts(form);
}
