// The entry module of the pages of safe campuses.
import { start } from "./visit.js";

const form = document.querySelector("form[data-visit]");
if (form) start(form);
