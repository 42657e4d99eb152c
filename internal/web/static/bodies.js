// The picker of bodies: while one types, the field's list is what the server
// finds by name, pinyin or initials. A field of several keeps what stands before
// the last separator.

let waiting = 0;
let asked = null;

async function offer(field) {
  const many = field.dataset.bodies === "many";
  const at = many ? Math.max(...[..."、;；,，"].map((c) => field.value.lastIndexOf(c))) + 1 : 0;
  const typed = field.value.slice(at).trim();
  const list = document.getElementById(field.getAttribute("list"));
  if (!list || !typed) return;
  asked?.abort();
  const mine = (asked = new AbortController());
  try {
    const res = await fetch("/api/v1/bodies?q=" + encodeURIComponent(typed), { signal: mine.signal, credentials: "same-origin", headers: { Accept: "application/json" } });
    if (!res.ok) return;
    const { bodies } = await res.json();
    const before = field.value.slice(0, at);
    list.replaceChildren(
      ...bodies.map((b) => {
        const o = document.createElement("option");
        o.value = before + b.label;
        return o;
      }),
    );
  } catch (err) {
    if (err.name !== "AbortError") return;
  }
}

export function start() {
  document.addEventListener("input", (e) => {
    const field = e.target.closest("[data-bodies]");
    if (!field || e.isComposing) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => offer(field), 160);
  });
  document.addEventListener("compositionend", (e) => {
    const field = e.target.closest("[data-bodies]");
    if (field) offer(field);
  });
}

