// What was typed and has not reached the server yet, kept in this browser: under
// the account, without names or free text, erased when the account signs out.

const ROOT = "shuren.draft.";

export class Local {
  constructor(form) {
    const d = form.dataset;
    this.key = `${ROOT}${d.account}.${d.issue}.${d.unit}`;
  }
  // save tells whether it could be kept.
  save(draft) {
    try {
      localStorage.setItem(this.key, JSON.stringify(draft));
      return true;
    } catch {
      return false;
    }
  }
  load() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null;
    }
  }
  clear() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // as above
    }
  }
}

export function clock() {
  const d = new Date();
  return String(d.getHours()).padStart(2, "0") + ":" + String(d.getMinutes()).padStart(2, "0");
}

// erase forgets all drafts of an account.
export function erase(account) {
  try {
    for (const k of Object.keys(localStorage)) if (k.startsWith(`${ROOT}${account}.`)) localStorage.removeItem(k);
  } catch {
    // nothing can be kept here, so nothing was
  }
}

export function start() {
  document.addEventListener("shuren:signout", () => {
    const form = document.querySelector("form[data-signout]");
    if (form) erase(form.dataset.account);
  });
}
