// Photos that wait for the network. Each is made small in the browser and kept in its
// own store until the server has it; the same photo sent twice is one there. The store
// belongs to the account and is emptied when it signs out.
import { send, offline, tell } from "./visit.js";

const SIDE = 1600; // pixels, as the server keeps them

const memory = new Map(); // where the browser has no store
let db = null;
let last = 0;

const done = (req) => new Promise((ok, no) => ((req.onsuccess = () => ok(req.result)), (req.onerror = () => no(req.error))));
const store = (mode) => db.transaction("photos", mode).objectStore("photos");

async function open() {
  try {
    const req = indexedDB.open("shuren", 1);
    req.onupgradeneeded = () => req.result.createObjectStore("photos", { keyPath: "key" });
    db = await done(req);
  } catch {
    db = null; // they stay in the page alone
  }
}

async function put(p) {
  memory.set(p.key, p);
  if (db) await done(store("readwrite").put(p)).catch(() => {});
}

async function drop(key) {
  memory.delete(key);
  if (db) await done(store("readwrite").delete(key)).catch(() => {});
}

async function small(file) {
  try {
    const bits = await createImageBitmap(file, { imageOrientation: "from-image" });
    const by = Math.min(1, SIDE / Math.max(bits.width, bits.height));
    const c = document.createElement("canvas");
    [c.width, c.height] = [Math.round(bits.width * by), Math.round(bits.height * by)];
    c.getContext("2d").drawImage(bits, 0, 0, c.width, c.height);
    return (await new Promise((ok) => c.toBlob(ok, "image/jpeg", 0.85))) || file;
  } catch {
    return file; // the server says what is wrong with it
  }
}

export async function start(form, flush) {
  const t = form.dataset;
  const mine = t.account + "/" + t.unit + "/";
  const box = (id) => form.querySelector(`[data-item="${CSS.escape(id)}"] p.sf-photos`);
  const waits = () => {
    for (const s of form.querySelectorAll(".sf-waits")) s.remove();
    const n = new Map();
    for (const p of memory.values()) n.set(p.item, (n.get(p.item) || 0) + 1);
    for (const [id, k] of n) {
      if (!box(id)) continue;
      const s = document.createElement("span");
      s.className = "sf-waits l y";
      s.textContent = t.tWaits.replace("@", k);
      box(id).append(s);
    }
  };
  const show = (id, photos) => {
    const p = box(id);
    if (!p) return;
    p.textContent = "";
    for (const x of photos) {
      const a = document.createElement("a");
      const img = document.createElement("img");
      a.href = x.href;
      img.src = x.small;
      img.alt = t.tPhoto;
      img.dataset.hash = x.hash;
      a.append(img);
      p.append(a);
    }
  };
  await open();
  if (db) for (const p of await done(store("readonly").getAll()).catch(() => [])) if (p.key.startsWith(mine)) memory.set(p.key, p);
  form.addEventListener("change", async (e) => {
    if (e.target.type !== "file") return;
    const id = e.target.closest("[data-item]").dataset.item;
    const files = [...e.target.files];
    e.target.value = "";
    for (const f of files) await put({ key: mine + Date.now() + "." + ++last, item: id, name: f.name, blob: await small(f) });
    waits();
    flush();
  });
  document.addEventListener("shuren:signout", () => {
    memory.clear();
    if (db) store("readwrite").clear();
  });
  waits();
  let busy = null;
  const sendAll = async () => {
    for (const p of [...memory.values()]) {
      const body = new FormData();
      body.append("file", p.blob, p.name.replace(/\.[^.]*$/, "") + (p.blob.type === "image/png" ? ".png" : ".jpg"));
      let got;
      try {
        got = await send("/photos/" + encodeURIComponent(p.item) + "/upload", "POST", body);
      } catch {
        offline(true);
        return false;
      }
      if (got.status >= 500 || got.status === 401 || got.status === 429) return false;
      await drop(p.key);
      if (got.status === 200) show(p.item, got.body.photos || []);
      else tell(t.tGone + " " + (got.body.detail || got.body.title || got.status));
      waits();
    }
    return true;
  };
  return {
    flush() {
      busy = (busy || Promise.resolve()).then(sendAll);
      return busy;
    },
  };
}
