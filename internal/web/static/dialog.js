// Official steps ask before they happen: the folded form of a step opens as a
// dialog that names what it concerns. Esc and the second button close it.

let open = null;

// show puts a part of the page into a dialog; whatever leaves it comes back.
export function show(content, wide) {
  const box = document.createElement("dialog");
  if (wide) box.className = "wide";
  const home = content.parentElement;
  const title = content.querySelector("h2");
  if (title) {
    title.id = title.id || "dialog-title";
    box.setAttribute("aria-labelledby", title.id);
  }
  box.append(content);
  document.getElementById("main").append(box);
  const back = document.activeElement;
  box.addEventListener("close", () => {
    if (home) home.append(content);
    box.remove();
    open = null;
    if (title && title.id === "dialog-title") title.removeAttribute("id");
    if (back && back.focus) back.focus();
  });
  box.addEventListener("click", (e) => {
    if (e.target.closest("[data-close]")) box.close();
  });
  open = box;
  box.showModal();
  const first = content.querySelector("textarea, input:not([type=hidden]), select, button");
  if (first) first.focus();
  return box;
}

export function close() {
  if (open) open.close();
}

// ask opens the dialog of a step by the key of its button.
export function ask(key) {
  const button = document.querySelector(`summary[data-key="${key}"]`);
  if (button) button.click();
  return !!button;
}

function step(details) {
  const content = details.querySelector(".ask");
  if (!content || open) return;
  const count = content.querySelector("[data-count]");
  if (count) {
    const n = document.querySelectorAll('input[name="unit"]:checked').length;
    count.textContent = String(n);
    content.querySelector(".btn.p").disabled = n === 0;
  }
  show(content);
}

export function start() {
  document.addEventListener("click", (e) => {
    const summary = e.target.closest("details[data-dialog] > summary");
    if (!summary) return;
    e.preventDefault();
    step(summary.parentElement);
  });
}
