// Shows a chart mark's own title at once beside the pointer; the browser would
// show it after a second.

let tip = null;

function hide() {
  if (tip) tip.remove();
  tip = null;
}

export function start() {
  document.addEventListener("pointermove", (e) => {
    const mark = e.target.closest?.("svg.ch rect, svg.ch circle, svg.ch a");
    const title = mark && mark.querySelector("title");
    const text = title ? title.textContent : mark?.dataset.tip;
    if (!text) return hide();
    if (title) {
      mark.dataset.tip = text;
      title.textContent = "";
    }
    if (!tip) {
      tip = document.createElement("div");
      tip.className = "tip";
      tip.setAttribute("aria-hidden", "true");
      document.body.append(tip);
    }
    tip.textContent = text;
    const x = Math.min(e.clientX + 12, innerWidth - tip.offsetWidth - 8);
    tip.style.left = Math.max(4, x) + "px";
    tip.style.top = Math.max(4, e.clientY - 30) + "px";
  });
  document.addEventListener("pointerleave", hide);
  document.addEventListener("scroll", hide, true);
}
