// The entry module. Every page works without it; it only enhances.
import { start as swap } from "./swap.js";
import { start as keys } from "./keys.js";
import { start as hover } from "./hover.js";
import { start as table } from "./table.js";
import { start as find } from "./find.js";
import { start as local } from "./local.js";
import { start as session } from "./session.js";
import { start as live } from "./live.js";

document.documentElement.classList.add("js");
for (const start of [swap, keys, hover, table, find, local, session, live]) start();
