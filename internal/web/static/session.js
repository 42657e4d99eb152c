// The end of a session: two minutes before it, a dialog asks whether to stay;
// after it, the sign-in page leads back here. Other tabs of the same person
// count as activity. What keeps drafts listens for shuren:signout and
// shuren:idle, and may put promises into detail.wait.

const SEEN = "shuren.seen"; // when any tab last had an answer from the server
const WARN = 120;
let seconds = 0; // that a session lasts without a request
let alive = Date.now();
let dialog = null;

function latest() {
  try {
    return Math.max(alive, Number(localStorage.getItem(SEEN)) || 0);
  } catch {
    return alive;
  }
}

// An answer came: the server has counted a visit.
function visited() {
  alive = Date.now();
  try {
    localStorage.setItem(SEEN, String(alive));
  } catch {
    // without a store each tab counts for itself
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
  location.href = "/sign-in?why=" + why + "&to=" + encodeURIComponent(location.pathname + location.search);
}

async function stay() {
  try {
    const res = await fetch("/session", { method: "POST", headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (res.status === 401) return end("idle");
    if (res.ok) visited();
  } catch {
    // the network is down: the dialog comes back until it is up, or time is over
  }
}

function tick() {
  const left = Math.round(seconds - (Date.now() - latest()) / 1000);
  if (left <= 0) return end("idle");
  if (left > WARN) {
    if (dialog.open) dialog.close("stay");
    return;
  }
  const text = Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
  dialog.querySelector("[data-left]").textContent = text;
  if (!dialog.open) dialog.showModal();
}

let timer = 0;

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
  visited();
  for (const name of ["swapped", "shuren:alive"]) document.addEventListener(name, visited);
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "out") document.querySelector("form[data-signout]").requestSubmit();
    else if (seconds - (Date.now() - latest()) / 1000 <= WARN) stay();
  });
  dialog.addEventListener("cancel", () => (dialog.returnValue = "stay"));
  timer = setInterval(tick, 1000);
}
