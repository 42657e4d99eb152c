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
  s.textContent = q.text;
  if (input.id) {
    s.id = "e:" + input.id.slice(2);
    input.setAttribute("aria-describedby", s.id);
  }
  if (q.blocking) input.setAttribute("aria-invalid", "true");
  td.append(s);
}

// problems shows what was found last; the list is left alone while somebody is
// typing a reason in it.
export function problems(form, found) {
  for (const td of form.querySelectorAll(".c.bad, .c.ask")) {
    td.classList.remove("bad", "ask");
    for (const s of td.querySelectorAll("small")) s.remove();
    const input = td.querySelector("input");
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
  for (const q of found) if (q.blocking) mark(form, q);
  for (const q of found) if (!q.blocking) mark(form, q);
  const box = document.getElementById("problems");
  if (box.contains(document.activeElement)) return;
  box.hidden = found.length === 0;
  const must = found.filter((q) => q.blocking);
  box.querySelector("ul").textContent = "";
  box.querySelector("ul").append(...[...must, ...found.filter((q) => !q.blocking)].slice(0, 60).map((q) => line(q, form)));
}
