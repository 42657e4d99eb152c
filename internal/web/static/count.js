// Fields that say how many characters are left while one writes: the limit is the
// field's own, and characters are counted as people do, not as UTF-16 does.

function count(field) {
  const out = document.getElementById(field.dataset.counter);
  if (!out) return;
  const most = Number(field.dataset.most);
  const n = [...field.value.trim()].length;
  out.textContent = `${n} / ${most}`;
  out.classList.toggle("over", n > most);
  field.setCustomValidity(n > most ? out.dataset.over.replace("@", String(n - most)) : "");
}

export function start() {
  document.addEventListener("input", (e) => {
    if (e.target.dataset && e.target.dataset.counter) count(e.target);
  });
  for (const field of document.querySelectorAll("[data-counter]")) count(field);
}
