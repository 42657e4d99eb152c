// Talking to the server: drafts, submissions, and what to do when two people
// filled the same paper.
import { show, close } from "./dialog.js";
import { problems } from "./problems.js";
import { tell } from "./grid.js";

export async function send(url, method, body) {
  const res = await fetch(url, { method, headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(body), credentials: "same-origin" });
  const type = res.headers.get("content-type") || "";
  return { status: res.status, body: type.includes("json") ? await res.json() : {} };
}

// conflict shows both versions: the page that the server answers a plain form
// with has the comparison. Only what was changed here is sent.
export async function conflict(form, local, changed) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (changed(name)) body.append(name, value);
  const res = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await res.text(), "text/html");
  const both = page.getElementById("conflict");
  if (!both) return location.reload();
  const part = document.importNode(both, true);
  part.querySelector("form").addEventListener("submit", () => local.clear());
  close();
  show(part, true);
}

function random() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, "0")).join("");
}

// A submission is held until everything is saved and the server answers. It has
// one id, so that sending it again after a lost answer does no harm.
export const submission = {
  id: "",
  busy: false,
  start(form, local, flush, rev) {
    Object.assign(this, { form, local, flush, rev });
    document.addEventListener("submit", (e) => {
      if (!e.target.matches("form[data-submit]")) return;
      e.preventDefault();
      this.id = this.id || random();
      flush().then((ok) => (ok ? this.go() : this.wait()));
    });
  },
  wait() {
    if (!this.id) return;
    close(); // the words behind it must be read
    tell(this.form.dataset.tHeld);
  },
  async go() {
    if (!this.id || this.busy) return;
    this.busy = true;
    let got;
    try {
      got = await send(this.form.dataset.draft.replace(/draft$/, "steps"), "POST", { rev: this.rev(), action: "submit", id: this.id });
    } catch {
      this.wait();
      document.getElementById("offline").hidden = false;
      setTimeout(() => this.go(), 4000);
      return;
    } finally {
      this.busy = false;
    }
    this.id = "";
    const t = this.form.dataset;
    if (got.status === 200) {
      close();
      location.href = t.done;
      return;
    }
    if (got.status === 409) return conflict(this.form, this.local, (name) => name === "rev");
    close();
    if (got.body.problems) problems(this.form, got.body.problems, true);
    tell(t.tRefused + " " + (got.body.detail || got.body.title || got.status));
    document.getElementById("problems").scrollIntoView({ block: "center" });
  },
};
