/* Registering a letter.

   [data-repeat="vragen"]         fieldsets whose fields are named vragen-0-…, vragen-1-…, numbered in their order on the page.
     [data-repeat-list], [data-repeat-item], template[data-repeat-template] (index __n__), [data-repeat-add], [data-repeat-up],
     [data-repeat-down], [data-repeat-remove], [data-repeat-number] (shows the number), [data-repeat-state] (says what happened);
     data-text-added, -removed, -confirm hold the words, with {number}.
   [data-letter] > textarea       the text of the letter; [data-passage-add] makes a question of the selection:
     it fills [data-passage-text] of the item, and [data-passage-source] with the selection exactly as it stands in the letter.
     data-passage-proposals="URL" answers ?tekst=… with the ministries it names: the first goes into [data-passage-owner] where
     that is empty, the others are ticked; [data-passage-state] says so.
   [data-due-preview="URL"]       in an item: when a [data-due-input] of the item, or a [data-due-shared] anywhere in the form,
     changes, its content is fetched anew with the item's fields (without their prefix) and the shared ones as the query. */

const repeats = document.querySelector("[data-repeat]");
const list = repeats?.querySelector("[data-repeat-list]");
const say = (element, sentence, number) => {
  if (element) element.textContent = (sentence ?? "").replace("{number}", number);
};
const items = () => [...list.querySelectorAll(":scope > [data-repeat-item]")];

/* Names, ids and what refers to them carry the place of their item; here they get it again. */
function renumber() {
  const name = repeats.dataset.repeat;
  const place = new RegExp(`(^|[ #])(${name}(?:-(?:weg|op|neer))?)-(?:\\d+|__n__)(?=-|$| )`, "g");
  items().forEach((item, index) => {
    for (const element of [item, ...item.querySelectorAll("*")]) {
      for (const attribute of ["id", "name", "for", "href", "aria-describedby", "aria-labelledby"]) {
        const value = element.getAttribute(attribute);
        if (value) element.setAttribute(attribute, value.replace(place, `$1$2-${index}`));
      }
      if (element.matches("button[name=act]")) element.value = element.value.replace(place, `$1$2-${index}`);
    }
    item.querySelectorAll("[data-repeat-number]").forEach((number) => say(number, String(index + 1)));
  });
}

function add() {
  list.append(repeats.querySelector("[data-repeat-template]").content.cloneNode(true));
  renumber();
  const item = items().at(-1);
  say(repeats.querySelector("[data-repeat-state]"), repeats.dataset.textAdded, items().length);
  item.querySelectorAll("[data-due-preview]").forEach(preview);
  return item;
}

function remove(item) {
  const number = items().indexOf(item) + 1;
  const typed = [...item.querySelectorAll("textarea")].some((field) => field.value.trim());
  if (typed && !window.confirm((repeats.dataset.textConfirm ?? "").replace("{number}", number))) return;
  const next = item.nextElementSibling ?? item.previousElementSibling;
  item.remove();
  renumber();
  say(repeats.querySelector("[data-repeat-state]"), repeats.dataset.textRemoved, number);
  next?.querySelector("textarea, input, select")?.focus();
}

function move(item, button, up) {
  if (up) item.previousElementSibling?.before(item);
  else item.nextElementSibling?.after(item);
  renumber();
  // The first cannot go up nor the last down: there the button is out of sight and the focus goes to its neighbour.
  const seen = [button, ...item.querySelectorAll("[data-repeat-up], [data-repeat-down]")].find((each) => each.checkVisibility({ visibilityProperty: true }));
  seen?.focus();
  item.scrollIntoView({ block: "nearest" });
}

repeats?.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const item = button?.closest("[data-repeat-item]");
  if (button?.matches("[data-repeat-add]")) add().querySelector("textarea, input, select")?.focus();
  else if (button?.matches("[data-repeat-remove]")) remove(item);
  else if (button?.matches("[data-repeat-up], [data-repeat-down]")) move(item, button, button.matches("[data-repeat-up]"));
  else return;
  event.preventDefault();
});

/* The due date, shown before saving. */
const waiting = new WeakMap();

function question(area) {
  const item = area.closest("[data-repeat-item]") ?? area.closest("form");
  const query = new URLSearchParams();
  const fields = [...item.querySelectorAll("[name]"), ...area.closest("form").querySelectorAll("[data-due-shared][name]")];
  for (const field of new Set(fields)) {
    if (field.matches("[type=hidden], button, textarea, :is([type=radio], [type=checkbox]):not(:checked)")) continue;
    query.append(field.name.replace(/^[a-z]+-\d+-/, ""), field.value);
  }
  return query;
}

function preview(area) {
  const earlier = waiting.get(area);
  clearTimeout(earlier?.timer);
  earlier?.stop.abort();
  const stop = new AbortController();
  const timer = setTimeout(async () => {
    const headers = { Accept: "text/html", "HX-Request": "true" };
    const response = await fetch(`${area.dataset.duePreview}?${question(area)}`, { signal: stop.signal, headers }).catch(() => null);
    if (stop.signal.aborted) return;
    // A refusal is shown too, and nothing rather than a date that no longer holds.
    area.innerHTML = response?.headers.get("content-type")?.startsWith("text/html") ? await response.text() : "";
  }, 300);
  waiting.set(area, { timer, stop });
}

document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-due-input]")) target.closest("[data-repeat-item], form").querySelectorAll("[data-due-preview]").forEach(preview);
  else if (target.matches("[data-due-shared]")) target.form.querySelectorAll("[data-due-preview]").forEach(preview);
});

/* Who a passage is for, by the ministries it names. */
async function propose(address, passage, item, state) {
  const owner = item.querySelector("[data-passage-owner]");
  if (!owner || owner.value) return;
  const query = new URLSearchParams({ tekst: passage.slice(0, 3000) });
  for (const field of owner.form.querySelectorAll("[data-due-shared][name]")) query.append(field.name, field.value);
  const response = await fetch(`${address}?${query}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!response?.ok || owner.value) return;
  const { ministeries: [first, ...others], zin } = await response.json();
  if (!first) return;
  owner.value = first;
  for (const box of item.querySelectorAll("input[type=checkbox]")) if (others.includes(box.value)) box.checked = true;
  say(state, zin);
}

/* A passage of the letter becomes a question. */
for (const letter of document.querySelectorAll("[data-letter]")) {
  const text = letter.querySelector("textarea");
  const button = letter.querySelector("[data-passage-add]");
  const state = letter.querySelector("[data-passage-state]");
  if (!text || !button || !repeats) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const passage = text.value.slice(text.selectionStart, text.selectionEnd).trim();
    say(state, passage ? "" : state?.dataset.textNone);
    if (!passage) return text.focus();
    const free = items().find((item) => !item.querySelector("[data-passage-text]")?.value.trim());
    const item = free ?? add();
    const field = item.querySelector("[data-passage-text]");
    field.value = passage.replace(/\s+/g, " ");
    const source = item.querySelector("[data-passage-source]");
    if (source) source.value = passage;
    field.focus();
    if (letter.dataset.passageProposals) propose(letter.dataset.passageProposals, passage, item, state);
  });
}
