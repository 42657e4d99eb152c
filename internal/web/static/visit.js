// Fills in an inspection. What is chosen goes to the server a moment later, and stays
// in this browser until the server has answered; without network the page goes on, and
// signatures are held until it is back. Names stay in the page alone.
import { Local, clock } from "./local.js";
import { start as photos } from "./photos.js";

const [QUIET, AGAIN] = [700, 3000]; // ms after the last change, and between tries without network

let form, t, local, queue;
let timer = 0;
let busy = null;
let pending = null; // the signatures that wait
let over = false; // signed, or the account signs out
const dirty = new Set();

const $ = (id) => document.getElementById(id);
const random = () => [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, "0")).join("");
const item = (id) => form.querySelector(`[data-item="${CSS.escape(id)}"]`);
const field = (id, k) => item(id).querySelector(`[name="${k}:${CSS.escape(id)}"]`);

export const offline = (is) => ($("offline").hidden = !is);
export function tell(text) {
  $("told").textContent = text;
  $("told").hidden = !text;
}

function read(id) {
  const on = item(id).querySelector("input[type=radio]:checked");
  const value = (k) => (field(id, k) ? field(id, k).value.trim() : "");
  const ticked = (k) => Boolean(field(id, k) && field(id, k).checked);
  return { result: on ? on.value : "", part: value("w"), problem: value("p"), fixed: ticked("x"), major: ticked("m"), control: value("c"), due: value("d") };
}

// panel shows the fields of a problem where the item is unfit.
function panel(id) {
  const box = item(id);
  const on = box.querySelector("input[type=radio]:checked");
  const bad = on && on.value === "bad";
  let part = box.querySelector(".sf-bad");
  if (bad && !part) {
    const copy = $("bad").content.cloneNode(true);
    for (const i of copy.querySelectorAll("[name]")) i.name += id;
    copy.querySelector(`[name^="w:"]`).value = box.dataset.part;
    box.append(copy);
    part = box.querySelector(".sf-bad");
  }
  if (part) part.hidden = !bad;
}

function count() {
  const left = [...form.querySelectorAll("[data-item]")].filter((b) => !b.querySelector("input[type=radio]:checked")).length;
  $("left").textContent = t.tLeft.replace("@", left);
}

function keep() {
  if (over) return;
  if (!dirty.size) return local.clear();
  const draft = { at: clock(), answers: Object.fromEntries([...dirty].map((id) => [id, read(id)])) };
  if (local.save(draft)) $("saved").textContent = t.tLocal.replace("@", draft.at);
}

function changed(id) {
  dirty.add(id);
  panel(id);
  count();
  keep();
  clearTimeout(timer);
  timer = setTimeout(flush, QUIET);
}

// send gives the status and the answer; without network it throws.
export async function send(path, method, body, type) {
  const headers = { Accept: "application/json" };
  if (type) headers["Content-Type"] = type;
  const res = await fetch(form.dataset.base + path, { method, headers, body, credentials: "same-origin" });
  const kind = res.headers.get("content-type") || "";
  return { status: res.status, body: kind.includes("json") ? await res.json() : {} };
}

async function save() {
  const ids = [...dirty];
  const answers = Object.fromEntries(ids.map((id) => [id, read(id)]));
  $("saved").textContent = t.tSaving;
  let got;
  try {
    got = await send("/draft", "PUT", JSON.stringify({ sent: random(), answers }), "application/json");
  } catch {
    keep();
    offline(true);
    return false;
  }
  offline(false);
  if (got.status !== 200) {
    keep();
    tell(got.body.detail || got.body.title || String(got.status));
    return got.status < 500 ? null : false;
  }
  tell("");
  for (const id of ids) if (JSON.stringify(read(id)) === JSON.stringify(answers[id])) dirty.delete(id);
  if (dirty.size) keep();
  else {
    local.clear();
    $("saved").textContent = got.body.says;
  }
  document.dispatchEvent(new CustomEvent("shuren:alive"));
  return true;
}

// flush sends what has changed, then the photos, then the signatures that wait. It is
// true where all of it has arrived.
export async function flush() {
  clearTimeout(timer);
  if (busy) await busy;
  if (over) return false;
  let ok = true;
  if (dirty.size) {
    busy = save();
    ok = await busy;
    busy = null;
  }
  if (ok) ok = await queue.flush();
  if (ok && dirty.size) ok = false;
  if (ok && pending) ok = await sign();
  if (ok === false) timer = setTimeout(flush, AGAIN);
  return ok;
}

async function sign() {
  let got;
  try {
    got = await send("/sign", "POST", JSON.stringify(pending), "application/json");
  } catch {
    offline(true);
    tell(t.tHeld);
    return false;
  }
  if (got.status >= 500) return false;
  if (got.status !== 200) {
    pending = null;
    $("signs").disabled = false;
    tell(got.body.detail || got.body.title || String(got.status));
    $("told").scrollIntoView({ block: "center" });
    return null;
  }
  over = true;
  local.clear();
  location.href = form.dataset.page + "?did=sign";
  return true;
}

function restore() {
  const d = local.load();
  if (!d || !d.answers) return;
  let n = 0;
  for (const [id, a] of Object.entries(d.answers)) {
    if (!item(id) || JSON.stringify(read(id)) === JSON.stringify(a)) continue;
    const on = item(id).querySelector(`input[type=radio][value="${CSS.escape(a.result || "-")}"]`);
    if (on) on.checked = true;
    panel(id);
    for (const [k, v] of [["w", a.part], ["p", a.problem], ["c", a.control], ["d", a.due]]) if (field(id, k)) field(id, k).value = v || "";
    for (const [k, v] of [["x", a.fixed], ["m", a.major]]) if (field(id, k)) field(id, k).checked = v;
    dirty.add(id);
    n++;
  }
  if (n) tell(t.tRestored.replace("@", n));
}

export async function start(f) {
  form = f;
  t = form.dataset;
  local = new Local(form);
  queue = await photos(form, flush);
  form.addEventListener("input", (e) => e.target.type !== "file" && changed(e.target.closest("[data-item]").dataset.item));
  form.addEventListener("submit", (e) => e.preventDefault() || flush());
  $("sign").addEventListener("submit", (e) => {
    e.preventDefault();
    const s = e.target.elements;
    pending = { sent: pending ? pending.sent : s.sent.value, checkers: [...s.checker].map((i) => i.value), school: s.school.value.trim(), remark: s.remark.value.trim() };
    $("signs").disabled = true;
    tell("");
    flush().then((ok) => {
      if (ok === null) (pending = null), ($("signs").disabled = false);
      else if (!ok) tell(t.tHeld);
    });
  });
  document.addEventListener("shuren:idle", (e) => e.detail.wait.push(flush()));
  document.addEventListener("shuren:signout", (e) => e.detail && e.detail.wait.push(flush().then(() => (over = true))));
  addEventListener("online", flush);
  addEventListener("offline", () => offline(true));
  restore();
  count();
  form.dataset.ready = "1";
  flush();
}
