// Saves while one types: to the server a moment after the last change, and in
// this browser until the server has answered. Without network the page goes on;
// what was typed is sent when the network is back, a submission is held until then.
import { Local, clock, erase } from "./local.js";
import { read } from "./rows.js";
import { restore } from "./restore.js";
import { answered } from "./totals.js";
import { problems } from "./problems.js";
import { tell } from "./grid.js";
import { send, conflict, submission } from "./net.js";

const [QUIET, AGAIN] = [900, 4000]; // ms after the last change, and between tries without network

let form, local, t, rev;
let timer = 0;
let busy = null; // the save that is under way
let gone = false; // the account signs out
let lost = false; // a conflict is open: nothing is sent until it is settled
const cells = new Map();
const lists = new Set();
const same = new Map();
const reasons = new Set();
let sign = false;

const dirty = () => cells.size + lists.size + same.size + reasons.size > 0 || sign;
const keyOf = (input) => input.name.slice(5);
const table = (id) => form.querySelector(`[data-rows="${id}"]`);
const state = (text) => (document.getElementById("saved").textContent = text);

function patch() {
  const p = { rev, cells: Object.fromEntries(cells), same: Object.fromEntries(same), lists: {}, reasons: {} };
  for (const id of lists) p.lists[id] = { from: Number(form.elements["from:" + id].value), count: Number(form.elements["count:" + id].value), rows: read(table(id)) };
  for (const key of reasons) {
    const code = form.elements["why:" + key];
    if (code) p.reasons[key] = { code: code.value, text: form.elements["whytext:" + key].value.trim() };
  }
  if (sign) p.sign = Object.fromEntries(["filler", "phone", "reviewer", "head"].map((f) => [f, form.elements["sign." + f].value.trim()]));
  return p;
}

// mine tells whether a field of the form holds something that was not saved.
function mine(name) {
  const [kind, id] = name.split(":");
  if (kind === "cell") return cells.has(name.slice(5));
  return ["row", "from", "count", "shown"].includes(kind) ? lists.has(id) : name === "rev" || (kind.startsWith("sign.") && sign);
}

function keep() {
  if (gone) return;
  const may = (name) => !form.elements["cell:" + name] || form.elements["cell:" + name].dataset.local !== undefined;
  const draft = { rev, at: clock(), cells: [...cells].filter(([k]) => may(k)), same: [...same], lists: {} };
  for (const id of lists) draft.lists[id] = read(table(id), (i) => i.dataset.local !== undefined);
  if (local.save(draft)) state(t.tLocal.replace("@", draft.at));
}

function changed() {
  keep();
  clearTimeout(timer);
  timer = setTimeout(flush, QUIET);
}

const offline = (is) => (document.getElementById("offline").hidden = !is);

// again tries after a pause; a submission that was held goes out with it.
const again = () => flush().then((ok) => ok && submission.go());

// flush sends what has changed. It gives true where everything has been saved.
export async function flush() {
  clearTimeout(timer);
  if (busy) await busy;
  if (lost) return false;
  if (!dirty()) return true;
  busy = save();
  const ok = await busy;
  busy = null;
  if (ok && dirty()) timer = setTimeout(flush, QUIET);
  return ok;
}

async function save() {
  const sent = patch();
  const was = { lists: [...lists], reasons: [...reasons], sign };
  lists.clear();
  reasons.clear();
  sign = false;
  state(t.tSaving);
  const undo = () => {
    was.lists.forEach((x) => lists.add(x));
    was.reasons.forEach((x) => reasons.add(x));
    sign = sign || was.sign;
    keep();
  };
  let got;
  try {
    got = await send(form.dataset.draft, "PUT", sent);
  } catch {
    undo();
    offline(true);
    timer = setTimeout(again, AGAIN);
    return false;
  }
  offline(false);
  if (got.status === 409) {
    undo();
    lost = true;
    await conflict(form, local, mine);
    return false;
  }
  if (got.status !== 200) {
    undo();
    tell(t.tRefused + " " + (got.body.detail || got.body.title || got.status));
    if (got.status >= 500) timer = setTimeout(again, AGAIN);
    return false;
  }
  saved(sent, got.body);
  document.dispatchEvent(new CustomEvent("shuren:alive"));
  return true;
}

function saved(sent, answer) {
  rev = answer.rev;
  form.elements.rev.value = rev;
  for (const [map, was] of [[cells, sent.cells], [same, sent.same]]) for (const [k, v] of Object.entries(was)) if (map.get(k) === v) map.delete(k);
  for (const [id, l] of Object.entries(sent.lists)) form.elements["count:" + id].value = l.rows.length;
  answered(form, answer.computed || {}, answer.rows || {});
  for (const td of form.querySelectorAll(".c.dirty")) if (!cells.has(keyOf(td.querySelector("input")))) td.classList.remove("dirty");
  problems(form, answer.problems);
  if (dirty()) return keep();
  local.clear();
  state(answer.says);
}

function listen() {
  form.addEventListener("edited", (e) => {
    for (const i of e.detail) {
      const rows = i.closest("[data-rows]");
      if (rows || !i.name.startsWith("cell:")) lists.add(rows ? rows.dataset.rows : i.name.split(":")[1]);
      else {
        cells.set(keyOf(i), i.value.trim());
        i.parentElement.classList.add("dirty");
        i.parentElement.classList.remove("pre");
      }
    }
    changed();
  });
  form.addEventListener("change", (e) => {
    const { name, value, checked } = e.target;
    if (name === "same") return confirmSame(value, checked);
    else if (name === "confirm") confirm(e.target, value, checked);
    else if (name.startsWith("why:") || name.startsWith("whytext:")) reasons.add(name.slice(name.indexOf(":") + 1));
    else if (name.startsWith("sign.")) sign = true;
    else return;
    changed();
  });
  for (const kind of ["save", "submit"]) form.addEventListener(kind, (e) => e.preventDefault() || flush());
  document.addEventListener("shuren:idle", (e) => e.detail.wait.push(flush()));
  document.addEventListener("shuren:signout", (e) => {
    gone = true; // what is sent last leaves nothing here
    if (e.detail) e.detail.wait.push(flush());
    erase(t.account);
  });
  addEventListener("online", again);
  addEventListener("offline", () => offline(true));
  addEventListener("beforeunload", () => {
    if (dirty() && !lost) fetch(form.dataset.draft, { method: "PUT", keepalive: true, headers: { "Content-Type": "application/json" }, body: JSON.stringify(patch()), credentials: "same-origin" });
  });
}

// 与上年一致 changes many cells and lists at once: the page comes anew from the
// server as soon as it knows.
function confirmSame(group, on) {
  same.set(group, on);
  keep();
  flush().then((ok) => ok && location.reload());
}

// Figures that are known from elsewhere are confirmed for a whole group at once.
function confirm(box, group, on) {
  const list = group.startsWith("list:") && group.slice(5);
  if (list && on) lists.add(list);
  const body = box.closest("tbody");
  for (const td of body && on ? body.querySelectorAll(".c.pre") : []) {
    const i = td.querySelector("input");
    cells.set(keyOf(i), i.value);
    td.classList.remove("pre");
  }
}

export function start(f) {
  form = f;
  t = form.dataset;
  rev = Number(t.rev);
  local = new Local(form);
  listen();
  submission.start(form, local, flush, () => rev);
  const old = restore(form, local, (group, on) => same.set(group, on));
  if (old === null) return;
  rev = old; // a newer one on the server is a conflict, and is shown as one
  changed();
}
