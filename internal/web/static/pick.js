// Fields that are picked from what the server finds by name, pinyin or initials:
// bodies, indicators. While one types, the field's list is filled. A field of
// several keeps what stands before the last separator.

let waiting = 0;
let asked = null;

async function offer(field) {
  const at = "many" in field.dataset ? Math.max(...[..."、;；,，"].map((c) => field.value.lastIndexOf(c))) + 1 : 0;
  const typed = field.value.slice(at).trim();
  const list = document.getElementById(field.getAttribute("list"));
  if (!list || !typed) return;
  asked?.abort();
  const mine = (asked = new AbortController());
  try {
    const res = await fetch(field.dataset.pick + "?q=" + encodeURIComponent(typed), { signal: mine.signal, credentials: "same-origin", headers: { Accept: "application/json" } });
    if (!res.ok) return;
    const { items } = await res.json();
    const before = field.value.slice(0, at);
    list.replaceChildren(
      ...items.map((x) => {
        const o = document.createElement("option");
        o.value = before + x.label;
        return o;
      }),
    );
  } catch {
    // asked anew meanwhile, or no network: what is typed is understood without a list
  }
}

export function start() {
  document.addEventListener("input", (e) => {
    const field = e.target.closest("[data-pick]");
    if (!field || e.isComposing) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => offer(field), 160);
  });
  document.addEventListener("compositionend", (e) => {
    const field = e.target.closest("[data-pick]");
    if (field) offer(field);
  });
}
