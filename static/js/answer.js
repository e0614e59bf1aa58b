/* Where an answer is typed, by link or signed in.

   [data-replace-address="/a"]   replaces the address in the bar, so that the secret in it is not read over a shoulder, nor kept
                                 in a history, a screenshot or a bookmark. The forms keep their own addresses.
   [data-uploads="URL"]          around a file field and the list [data-uploads-list]: a chosen file is kept with the draft at once,
     and [data-uploads-state] says how far it is; template[data-uploads-item] is one line of that list. */

import { keep } from "./keeping.js";
import "./pasting.js";
import { uploads } from "./uploading.js";

const replaced = document.querySelector("[data-replace-address]")?.dataset.replaceAddress;
if (replaced) history.replaceState(null, "", replaced);

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const keeper = keep(form);
  for (const area of form.querySelectorAll("[data-uploads]")) uploads(area, form, keeper);
}
