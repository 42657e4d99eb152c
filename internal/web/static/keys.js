// The keyboard: / search, g then o, c, s, i or d to a page, ? help, j and k along
// the rows of the first list, Enter opens, Esc leaves. Single keys never fire
// inside a field or while an input method composes, and can be switched off.

const OFF = "shuren.keys.off";
let waiting = 0; // until when a letter after g counts
let at = -1;

function off() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
}

function rows() {
  const table = document.querySelector("#main table[data-list]");
  return table ? [...table.tBodies[0].rows].filter((r) => r.querySelector("a")) : [];
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  all[at]?.classList.remove("at");
  at = Math.max(0, Math.min(all.length - 1, at + step));
  all[at].classList.add("at");
  all[at].scrollIntoView({ block: "nearest" });
  all[at].querySelector("a").focus({ preventScroll: true });
}

function escape() {
  const el = document.activeElement;
  if (el && el !== document.body) el.blur();
  rows()[at]?.classList.remove("at");
  at = -1;
  for (const d of document.querySelectorAll("#main details[open]")) d.open = false;
}

function go(name) {
  const a = document.querySelector(`[data-go="${name}"]`);
  if (a) location.href = a.href;
}

function press(e) {
  if (e.isComposing || e.keyCode === 229 || e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === "Escape") return escape();
  if (off() || e.target.matches("input, select, textarea, [contenteditable]")) return;
  if (waiting > Date.now() && "ocsid".includes(e.key)) {
    waiting = 0;
    go(e.key);
    return;
  }
  waiting = 0;
  switch (e.key) {
    case "/":
      e.preventDefault();
      document.getElementById("q")?.focus();
      break;
    case "g":
      waiting = Date.now() + 1500;
      break;
    case "?":
      go("help");
      break;
    case "j":
      move(1);
      break;
    case "k":
      move(-1);
      break;
  }
}

// The switch on the help page.
function bindSwitch() {
  const box = document.getElementById("keys-off");
  if (!box) return;
  box.closest("[hidden]")?.removeAttribute("hidden");
  box.checked = off();
  box.addEventListener("change", () => {
    try {
      if (box.checked) localStorage.setItem(OFF, "1");
      else localStorage.removeItem(OFF);
    } catch {
      box.checked = false;
    }
  });
}

export function start() {
  document.addEventListener("keydown", press);
  document.addEventListener("swapped", () => (at = -1));
  bindSwitch();
}
