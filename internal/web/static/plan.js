// The entry module of the pages of plans: official acts open as dialogs.
import { start as dialogs } from "./dialog.js";

dialogs();
