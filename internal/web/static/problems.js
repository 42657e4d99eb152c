// What the server found wrong: under the cells, and in the list above them.

let n = 0;

function line(q, form) {
  const li = document.createElement("li");
  const lamp = document.createElement("span");
  lamp.className = "l " + (q.blocking ? "r" : "y");
  lamp.textContent = (q.blocking ? "■ " : "▲ ") + (q.blocking ? form.dataset.tMust : form.dataset.tAsk);
  li.append(lamp, " ");
  const to = q.list ? "#l-" + q.list : q.cells && q.cells.length ? "#c:" + q.cells[0] : "";
  if (to) {
    const a = document.createElement("a");
    a.href = to;
    a.textContent = q.place || "";
    li.append(a, " ");
  }
  li.append(q.text, " ");
  if (!q.blocking) li.append(why(q));
  else if (q.do) {
    const s = document.createElement("small");
    s.textContent = q.do;
    li.append(s);
  }
  return li;
}

// The fields for a reason come from the page's template.
function why(q) {
  const part = document.getElementById("why").content.cloneNode(true);
  n++;
  part.querySelectorAll("label").forEach((l, i) => (l.htmlFor = `w${i}-${n}`));
  const [choice, text] = [part.querySelector("select"), part.querySelector("input")];
  choice.name = "why:" + q.key;
  text.name = "whytext:" + q.key;
  choice.id = `w0-${n}`;
  text.id = `w1-${n}`;
  if (q.reason) {
    choice.value = q.reason.code;
    text.value = q.reason.text || "";
  }
  return part;
}

function mark(form, q) {
  let input = document.getElementById("c:" + (q.cells || [])[0]);
  if (q.list) {
    const first = form.elements["from:" + q.list];
    const row = first && form.querySelectorAll(`[data-rows="${q.list}"] tbody tr`)[q.row - Number(first.value)];
    input = row && row.querySelector(`input[name$=":${q.column}"]`);
  }
  if (!input || (!q.blocking && q.reason)) return;
  const td = input.parentElement;
  if (td.querySelector("small")) return; // the first one stands
  td.classList.add(q.blocking ? "bad" : "ask");
  const s = document.createElement("small");
  s.textContent = form.dataset["tAt" + q.rule] || q.text; // the row names the cell already
  if (input.id) {
    s.id = "e:" + input.id.slice(2);
    input.setAttribute("aria-describedby", s.id);
  }
  if (q.blocking) input.setAttribute("aria-invalid", "true");
  td.append(s);
}

// A cell that nobody came to yet is no error until the paper is handed in.
const UNFINISHED = ["required", "confirm", "sign"];

function left(form, open) {
  const box = document.getElementById("left");
  box.hidden = open.length === 0;
  box.querySelector("summary").textContent = form.dataset.tLeft.replace("@", open.length);
  const list = box.querySelector("ul");
  list.textContent = "";
  for (const q of open.slice(0, 60)) {
    const li = document.createElement("li");
    const a = document.createElement("a");
    a.href = q.rule === "sign" ? "#signatures" : q.list ? "#l-" + q.list : "#c:" + (q.cells || [""])[0];
    a.textContent = q.text;
    li.append(a);
    list.append(li);
  }
}

// problems shows what was found last; the list is left alone while somebody is
// typing a reason in it. strict shows what is unfinished as errors, too.
export function problems(form, all, strict) {
  for (const td of form.querySelectorAll(".c.bad, .c.ask, .c.need")) {
    td.classList.remove("bad", "ask", "need");
    for (const s of td.querySelectorAll("small")) s.remove();
    const input = td.querySelector("input");
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
  const open = all.filter((q) => !strict && UNFINISHED.includes(q.rule));
  const must = all.filter((q) => q.blocking && !open.includes(q));
  const rest = all.filter((q) => !q.blocking && !open.includes(q));
  for (const q of [...must, ...rest]) mark(form, q);
  for (const q of open) {
    const input = document.getElementById("c:" + (q.cells || [])[0]);
    if (input) input.parentElement.classList.add("need");
  }
  left(form, open);
  const box = document.getElementById("problems");
  if (box.contains(document.activeElement)) return;
  box.hidden = all.length === 0;
  const list = document.getElementById("found");
  list.textContent = "";
  list.append(...[...must, ...rest].slice(0, 60).map((q) => line(q, form)));
}
