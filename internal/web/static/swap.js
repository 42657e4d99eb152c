// Swaps the page's main part in place: links and forms marked data-swap are
// fetched, the part #main is replaced, the address and the title follow, and a
// live region says that it happened. Anything unexpected falls back to loading
// the page in the plain way.

let last = null;

export async function show(url, push) {
  const main = document.getElementById("main");
  last?.abort();
  const mine = (last = new AbortController());
  main.classList.add("busy");
  try {
    const res = await fetch(url, { signal: mine.signal, credentials: "same-origin" });
    const type = res.headers.get("content-type") || "";
    if (!res.ok || !type.startsWith("text/html")) throw new Error("not a page");
    const page = new DOMParser().parseFromString(await res.text(), "text/html");
    const fresh = page.getElementById("main");
    if (!fresh) throw new Error("no main part");
    const focused = document.activeElement && main.contains(document.activeElement) ? selector(document.activeElement) : "";
    main.replaceWith(document.importNode(fresh, true));
    document.title = page.title;
    followScope(page);
    if (push) history.pushState({ swap: true }, "", res.url);
    refocus(focused);
    say(document.getElementById("main").dataset.says || page.title);
    document.dispatchEvent(new CustomEvent("swapped"));
  } catch (err) {
    if (err.name !== "AbortError") location.href = url;
  } finally {
    if (last === mine) document.getElementById("main").classList.remove("busy");
  }
}

// The bars outside the main part carry the scope in their links and forms.
function followScope(page) {
  for (const id of ["scope", "nav"]) {
    const old = document.getElementById(id);
    const fresh = page.getElementById(id);
    if (old && fresh && !old.contains(document.activeElement)) old.replaceWith(document.importNode(fresh, true));
  }
}

// A way to find the same control again in the new part.
function selector(el) {
  if (el.id) return "#" + CSS.escape(el.id);
  if (el.name) return `[name="${CSS.escape(el.name)}"]`;
  if (el.dataset.key) return `[data-key="${CSS.escape(el.dataset.key)}"]`;
  return "";
}

function refocus(sel) {
  const el = (sel && document.querySelector("#main " + sel)) || null;
  if (el) el.focus({ preventScroll: true });
}

function say(text) {
  const live = document.getElementById("live");
  if (live) live.textContent = text;
}

function address(form) {
  const url = new URL(form.action);
  const params = new URLSearchParams();
  for (const [k, v] of new FormData(form)) if (v !== "") params.append(k, v);
  url.search = params.toString();
  return url.href;
}

export function start() {
  document.addEventListener("click", (e) => {
    const a = e.target.closest("a[data-swap]");
    if (!a || e.button || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    show(a.href, true);
  });
  document.addEventListener("submit", (e) => {
    if (!e.target.matches("form[data-swap]")) return;
    e.preventDefault();
    show(address(e.target), true);
  });
  document.addEventListener("change", (e) => {
    const form = e.target.form;
    if (!form || !e.target.matches("select, input[type=checkbox]")) return;
    if (form.matches("form[data-swap]")) show(address(form), true);
    else if (form.matches("form[data-auto]")) form.submit();
  });
  addEventListener("popstate", () => show(location.href, false));
}
