// The end of a session: two minutes before it, a dialog asks whether to stay;
// after it, the sign-in page leads back here. Other tabs of the same person
// count as activity. What keeps drafts listens for shuren:signout and
// shuren:idle, and may put promises into detail.wait.

const ENDS = "shuren.ends"; // when the session ends, as the last answer told any tab
const WARN = 120;
let seconds = 0; // that a session lasts without a request
let ends = 0;
let dialog = null;
let timer = 0;

// How many seconds are left.
function left() {
  let at = ends;
  try {
    at = Math.max(at, Number(localStorage.getItem(ENDS)) || 0);
  } catch {
    // without a store each tab counts for itself
  }
  return Math.round((at - Date.now()) / 1000);
}

// An answer came: the server has counted a visit.
function lasts(more) {
  ends = Date.now() + more * 1000;
  try {
    localStorage.setItem(ENDS, String(ends));
  } catch {
    // see above
  }
}

function announce(name) {
  const wait = [];
  document.dispatchEvent(new CustomEvent(name, { detail: { wait } }));
  return Promise.race([Promise.allSettled(wait), new Promise((done) => setTimeout(done, 2000))]);
}

async function end(why) {
  clearInterval(timer);
  await announce("shuren:idle");
  try {
    await fetch("/sign-out", { method: "POST", headers: { Accept: "application/json" }, credentials: "same-origin" });
  } catch {
    // it ends by itself on the server
  }
  location.href = "/sign-in?why=" + why + "&to=" + encodeURIComponent(location.pathname + location.search);
}

async function stay() {
  try {
    const res = await fetch("/session", { method: "POST", headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (res.status === 401) return end("idle");
    if (res.ok) lasts((await res.json()).idle);
  } catch {
    // the network is down: the dialog comes back until it is up, or time is over
  }
}

function tick() {
  const rest = left();
  if (rest <= 0) return end("idle");
  if (rest > WARN) {
    if (dialog.open) dialog.close("go on");
    return;
  }
  dialog.querySelector("[data-left]").textContent = Math.floor(rest / 60) + ":" + String(rest % 60).padStart(2, "0");
  if (!dialog.open) {
    dialog.returnValue = "";
    dialog.showModal();
  }
}

export function start() {
  document.addEventListener("submit", async (e) => {
    const form = e.target;
    if (!form.matches("form[data-signout]") || form.dataset.told) return;
    e.preventDefault();
    form.dataset.told = "1";
    await announce("shuren:signout");
    form.submit();
  });
  dialog = document.getElementById("idle");
  if (!dialog) return;
  seconds = Number(dialog.dataset.seconds);
  lasts(seconds);
  // The server does not write down every visit: a twentieth may be missing.
  for (const name of ["swapped", "shuren:alive"]) document.addEventListener(name, () => lasts(seconds * 0.95));
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "out") document.querySelector("form[data-signout]").requestSubmit();
    else if (dialog.returnValue !== "go on") stay();
  });
  timer = setInterval(tick, 1000);
}
