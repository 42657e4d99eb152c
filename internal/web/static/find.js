// The search box: on the page of results they follow what is typed, and the
// arrow keys go from the box into the list and back. Elsewhere Enter searches.

import { show } from "./swap.js";

let waiting = 0;

function links() {
  return [...document.querySelectorAll("#main table[data-hits] a")];
}

function follow(box) {
  if (location.pathname !== "/search") return;
  const url = new URL(box.form.action);
  for (const [k, v] of new FormData(box.form)) if (v !== "") url.searchParams.append(k, v);
  history.replaceState({ swap: true }, "", url.href);
  show(url.href, false);
}

export function start() {
  const box = document.getElementById("q");
  if (!box) return;
  box.addEventListener("input", (e) => {
    clearTimeout(waiting);
    if (!e.isComposing) waiting = setTimeout(() => follow(box), 180);
  });
  box.addEventListener("compositionend", () => follow(box));
  document.addEventListener("keydown", (e) => {
    if (e.isComposing || (e.key !== "ArrowDown" && e.key !== "ArrowUp")) return;
    const all = links();
    const at = all.indexOf(document.activeElement);
    if (!all.length || (at < 0 && document.activeElement !== box)) return;
    e.preventDefault();
    const next = at + (e.key === "ArrowDown" ? 1 : -1);
    if (next < 0) box.focus();
    else all[Math.min(next, all.length - 1)].focus();
  });
}
