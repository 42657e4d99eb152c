// A table of inputs that moves like a sheet: arrows, Enter down, Tab right,
// typing replaces, F2 edits, Esc takes back, blocks are pasted, Ctrl+Z undoes.
// The form hears "edited" with the inputs that changed.
import { parse, figure, fill } from "./paste.js";
import { did, undo, redo } from "./undo.js";
import { Grid } from "./sheet.js";
import { totals } from "./totals.js";
import { ask } from "./dialog.js";

let form = null;
let editing = null; // the input in which arrows move the caret
const before = new WeakMap(); // what stood in an input when it was entered

const grids = new Map();
const gridOf = (input) => grids.get(input.closest("[data-grid]"));

function enter(input) {
  input.focus();
  input.select();
}

function go(input) {
  if (input) enter(input);
  return !!input;
}

function edit(input, on) {
  if (editing) editing.parentElement.classList.remove("edit");
  editing = on ? input : null;
  if (on) input.parentElement.classList.add("edit");
}

function edited(inputs) {
  tell("");
  for (const i of inputs) before.set(i, i.value);
  totals(form);
  form.dispatchEvent(new CustomEvent("edited", { detail: inputs }));
}

// set changes cells in one act that can be undone.
export function set(changes) {
  if (!changes.length) return;
  for (const c of changes) c.input.value = c.to;
  did(changes);
  edited(changes.map((c) => c.input));
}

export function tell(text) {
  const box = document.getElementById("told");
  box.textContent = text;
  box.hidden = !text;
}

function back(input, again) {
  if (!again && input && input.value !== before.get(input)) {
    input.value = before.get(input) || "";
    return;
  }
  const inputs = again ? redo() : undo();
  if (!inputs) return;
  edited(inputs);
  const first = inputs.find((i) => i.isConnected);
  if (first) enter(first);
}

function letter(e, input) {
  const key = e.key.toLowerCase();
  if (key === "s") form.dispatchEvent(new CustomEvent("save"));
  else if (e.key === "Enter") {
    if (input) input.blur();
    ask("submit");
  } else if (input && key === "z" && !e.shiftKey && (editing !== input || input.value === before.get(input))) back(input, false);
  else if (input && (key === "y" || (key === "z" && e.shiftKey))) back(input, true);
  else return;
  e.preventDefault();
}

function press(e) {
  if (e.isComposing || e.keyCode === 229) return;
  const input = e.target.matches("[data-grid] .c input") ? e.target : null;
  if (e.ctrlKey || e.metaKey) return letter(e, input);
  if (!input || e.altKey) return;
  const grid = gridOf(input);
  const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  let used = true;
  if (e.key === "F2") {
    edit(input, editing !== input);
    input.setSelectionRange(input.value.length, input.value.length);
  } else if (e.key === "F1") {
    const help = input.closest("tr").querySelector("details");
    if (help) help.open = !help.open;
  } else if (e.key === "Escape") {
    used = editing === input || input.value !== before.get(input);
    if (input.value !== before.get(input)) input.value = before.get(input) || "";
    edit(input, false);
    if (used) input.select();
    e.stopPropagation();
  } else if (e.key === "Enter") {
    edit(input, false);
    if (!go(grid.move(input, e.shiftKey ? -1 : 1, 0)) && grid.rows && !e.shiftKey) grid.rows.add(true);
  } else if (e.key === "Tab") {
    used = go(grid.next(input, e.shiftKey ? -1 : 1));
  } else if (e.key === "Delete" && editing !== input && !input.readOnly) {
    set([{ input, from: input.value, to: "" }]);
  } else if (moves[e.key] && editing !== input && !e.shiftKey) {
    go(grid.move(input, ...moves[e.key]));
  } else used = false;
  if (used) e.preventDefault();
}

function pasted(e) {
  const input = e.target.closest("[data-grid] .c input");
  const text = e.clipboardData.getData("text/plain");
  if (!input || !/[\t\n\r]/.test(text.replace(/[\r\n]+$/, ""))) return;
  e.preventDefault();
  const got = fill(parse(text), input, gridOf(input));
  set(got.changes);
  const t = form.dataset;
  const words = [t.tPasted.replace("@", got.changes.length)];
  if (got.over) words.push(t.tOver.replace("@", got.over));
  if (got.auto) words.push(t.tAuto.replace("@", got.auto));
  tell(words.join(" "));
}

export function start(f) {
  form = f;
  for (const t of form.querySelectorAll("[data-grid]")) grids.set(t, new Grid(t, form, edited));
  document.addEventListener("keydown", press, true);
  form.addEventListener("paste", pasted);
  form.addEventListener("focusin", (e) => {
    if (e.target.matches(".c input")) before.set(e.target, e.target.value);
    if (editing && editing !== e.target) edit(editing, false);
  });
  form.addEventListener("mousedown", (e) => {
    const input = e.target.closest(".c input");
    if (!input || e.button) return;
    if (document.activeElement === input) return edit(input, true);
    e.preventDefault();
    enter(input);
  });
  form.addEventListener("change", (e) => {
    const input = e.target;
    if (!input.matches(".c input")) return;
    if (input.dataset.n !== undefined) input.value = figure(input.value);
    const from = before.get(input) || "";
    if (from === input.value) return;
    did([{ input, from, to: input.value }]);
    edited([input]);
  });
  totals(form);
}
