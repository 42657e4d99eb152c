// The entry module of the pages of tasks: characters are counted, bodies and
// indicators are offered while one types, and an act that came back with an error opens again.
import { start as count } from "./count.js";
import { start as pick } from "./pick.js";
import { ask } from "./dialog.js";

count();
pick();
document.addEventListener("swapped", count);
const back = document.querySelector("details[data-open]");
if (back) {
  back.open = false;
  ask(back.id);
}
