// Checks a text while it is written: the form is sent to be checked when the
// writer pauses, and the answer replaces what stands below. Without script the
// button does the same.
const pause = 700;

export function start() {
  for (const form of document.querySelectorAll("form[data-live]")) watch(form);
}

function watch(form) {
  let timer = 0;
  let asked = 0;
  form.addEventListener("input", (e) => {
    if (e.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(() => check(form), pause);
  });
  const check = async (f) => {
    const mine = ++asked;
    const body = new URLSearchParams(new FormData(f));
    body.set("do", "check");
    try {
      const answer = await fetch(f.action, { method: "POST", body, credentials: "same-origin" });
      if (!answer.ok || mine !== asked) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(f.dataset.live);
      const old = document.getElementById(f.dataset.live);
      if (fresh && old) old.replaceWith(fresh);
    } catch {
      // Offline: the button says so when it is pressed.
    }
  };
}
