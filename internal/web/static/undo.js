// What was done to the sheets of a page, to be taken back and done again.

const done = [];
const undone = [];

// did notes changes of cells: [{input, from, to}], or an act {undo, redo}.
export function did(act) {
  done.push(act);
  if (done.length > 200) done.shift();
  undone.length = 0;
}

function turn(stack, other, back) {
  const act = stack.pop();
  if (!act) return null;
  other.push(act);
  if (!Array.isArray(act)) return back ? act.undo() : act.redo();
  for (const c of act) c.input.value = back ? c.from : c.to;
  return act.map((c) => c.input);
}

// Both give the cells that changed, or null where there is nothing to do.
export const undo = () => turn(done, undone, true);
export const redo = () => turn(undone, done, false);
