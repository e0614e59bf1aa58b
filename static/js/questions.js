/* Fieldsets that are repeated: the questions of a letter.

   [data-repeat="vragen"]         fieldsets whose fields are named vragen-0-…, vragen-1-…, numbered in their order on the page.
     [data-repeat-list], [data-repeat-item], template[data-repeat-template] (index __n__), [data-repeat-add], [data-repeat-up],
     [data-repeat-down], [data-repeat-remove], [data-repeat-undo] (puts back what was removed last), [data-repeat-grip] (by which
     an item is dragged), [data-repeat-number] (shows the number), [data-repeat-state] (says what happened);
     data-text-… hold the words, with {number}.
   In an item: [data-brief-text], [data-brief-owner], [data-brief-why], [data-brief-named], [data-brief-due] show closed what its
     fields hold.
   [data-folded]                  an item of a long letter that only carries its fields, hidden: opened, it gets those of the
     template, with these values; [data-folded-told] (what is wrong with it) moves above them.
   [data-due-preview="URL"]       in an item: when a [data-due-input] of the item, or a [data-due-shared] anywhere in the form,
     changes, its content is fetched anew with the item's fields (without their prefix) and the shared ones as the query. */

const repeats = document.querySelector("[data-repeat]");
const list = repeats?.querySelector("[data-repeat-list]");
const undo = repeats?.querySelector("[data-repeat-undo]");
let removed = null;

export const items = () => (list ? [...list.querySelectorAll(":scope > [data-repeat-item]")] : []);
export const numberOf = (item) => items().indexOf(item) + 1;
export const passageOf = (item) => item.querySelector("[data-passage-text]") ?? unfold(item).querySelector("[data-passage-text]");
const changed = () => repeats.dispatchEvent(new Event("change", { bubbles: true }));

export function say(element, sentence, number) {
  if (element) element.textContent = (sentence ?? "").replace("{number}", number);
}

const told = (kind, number) => say(repeats.querySelector("[data-repeat-state]"), repeats.dataset[kind], number);

/* Names, ids and what refers to them carry the place of their item; here they get it again. */
function renumber() {
  const name = repeats.dataset.repeat;
  const place = new RegExp(`(^|[ #])(${name}(?:-(?:weg|op|neer|open))?)-(?:\\d+|__n__)(?=-|$| )`, "g");
  items().forEach((item, index) => {
    if (item.dataset.place === String(index)) return;
    for (const element of [item, ...item.querySelectorAll("*")]) {
      for (const attribute of ["id", "name", "for", "href", "aria-describedby", "aria-labelledby"]) {
        const value = element.getAttribute(attribute);
        if (value) element.setAttribute(attribute, value.replace(place, `$1$2-${index}`));
      }
      if (element.matches("button[name=act]")) element.value = element.value.replace(place, `$1$2-${index}`);
    }
    item.querySelectorAll("[data-repeat-number]").forEach((number) => say(number, String(index + 1)));
    item.dataset.place = String(index);
  });
}

/* Writes out an item that only carried its fields. */
export function unfold(item) {
  const carried = item.querySelector("[data-folded]");
  if (!carried) return item;
  const full = repeats.querySelector("[data-repeat-template]").content.querySelector("fieldset").cloneNode(true);
  const plainName = (field) => field.name.replace(/^[a-z]+-(?:\d+|__n__)-/, "");
  const held = (name) => [...carried.querySelectorAll("input")].filter((input) => plainName(input) === name).map((input) => input.value);
  for (const field of full.querySelectorAll("[name]:not(button)")) {
    const values = held(plainName(field));
    if (field.type === "checkbox") field.checked = values.includes(field.value);
    else field.value = values[0] ?? "";
  }
  const body = carried.closest("fieldset");
  const earlier = body.querySelector(".regie-letter-earlier");
  if (earlier) full.querySelector(".regie-letter-earlier").replaceWith(earlier);
  const told = [...item.querySelectorAll("[data-folded-told]")];
  told.forEach((one) => one.firstElementChild.removeAttribute("id"));
  full.prepend(...told);
  full.querySelector("[data-due-preview]").replaceChildren(...item.querySelector("[data-brief-due]").cloneNode(true).childNodes);
  say(full.querySelector("[data-owner-why]"), item.querySelector("[data-brief-why]").textContent);
  full.querySelector(".regie-letter-more").open = held("kop").concat(held("contact")).length > 0;
  body.replaceWith(full);
  delete item.dataset.place;
  renumber();
  return item;
}

function fold(item, open) {
  if (open) unfold(item);
  item.querySelector("details").open = open;
}

/* A new item at the end; none where there are as many as a letter may have. */
export function add() {
  if (items().length >= Number(repeats.dataset.repeatMost || Infinity)) {
    told("textMost");
    return null;
  }
  list.append(repeats.querySelector("[data-repeat-template]").content.cloneNode(true));
  renumber();
  const item = items().at(-1);
  told("textAdded", items().length);
  item.querySelectorAll("[data-due-preview]").forEach(preview);
  changed();
  return item;
}

function remove(item) {
  const number = numberOf(item);
  removed = { item, place: number - 1 };
  item.remove();
  renumber();
  told("textRemoved", number);
  undo.hidden = false;
  undo.focus();
  if (!items().length) add();
  changed();
}

function putBack() {
  if (!removed) return;
  const { item, place } = removed;
  removed = null;
  delete item.dataset.place;
  const after = items()[place];
  if (after) after.before(item);
  else list.append(item);
  renumber();
  told("textBack", numberOf(item));
  undo.hidden = true;
  item.querySelector("summary").focus();
  changed();
}

function move(item, button, up) {
  if (up) item.previousElementSibling?.before(item);
  else item.nextElementSibling?.after(item);
  renumber();
  // The first cannot go up nor the last down: there the button is out of sight and the focus goes to its neighbour.
  const seen = [button, ...item.querySelectorAll("[data-repeat-up], [data-repeat-down]")].find((each) => each.checkVisibility({ visibilityProperty: true }));
  seen?.focus();
  item.scrollIntoView({ block: "nearest" });
  told("textMoved", numberOf(item));
  changed();
}

repeats?.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const item = button?.closest("[data-repeat-item]");
  if (button?.matches("[data-repeat-add]")) {
    const made = add();
    if (made) passageOf(made)?.focus();
  } else if (button?.matches("[data-repeat-undo]")) putBack();
  else if (button?.matches("[data-repeat-remove]")) remove(item);
  else if (button?.matches("[data-repeat-up], [data-repeat-down]")) move(item, button, button.matches("[data-repeat-up]"));
  else return;
  event.preventDefault();
});

/* Dragged by its grip an item makes room for itself; the buttons do the same without a mouse. */
let dragged = null;
list?.addEventListener("dragstart", (event) => {
  if (!event.target.closest?.("[data-repeat-grip]")) return;
  dragged = event.target.closest("[data-repeat-item]");
  dragged.classList.add("regie-question--dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
  event.dataTransfer.setDragImage(dragged, 12, 12);
  // Closed they are all in sight; not before the drag has begun, or the browser gives it up.
  setTimeout(() => items().forEach((item) => fold(item, false)));
});
list?.addEventListener("dragover", (event) => {
  const over = dragged && event.target.closest("[data-repeat-item]");
  if (!dragged) return;
  event.preventDefault();
  if (!over || over === dragged) return;
  const { top, height } = over.getBoundingClientRect();
  if (event.clientY < top + height / 2) over.before(dragged);
  else over.after(dragged);
});
list?.addEventListener("drop", (event) => dragged && event.preventDefault());
list?.addEventListener("dragend", () => {
  if (!dragged) return;
  dragged.classList.remove("regie-question--dragged");
  renumber();
  told("textMoved", numberOf(dragged));
  dragged = null;
  changed();
});

/* The due date, shown before saving. */
const waiting = new WeakMap();

function question(area) {
  const item = area.closest("[data-repeat-item]") ?? area.closest("form");
  const query = new URLSearchParams();
  const fields = [...item.querySelectorAll("[name]"), ...area.closest("form").querySelectorAll("[data-due-shared][name]")];
  for (const field of new Set(fields)) {
    if (field.matches("[type=hidden]:not([data-folded] *), button, textarea, :is([type=radio], [type=checkbox]):not(:checked)")) continue;
    query.append(field.name.replace(/^[a-z]+-\d+-/, ""), field.value);
  }
  return query;
}

/* Questions with the same term, of which there are many when the letter's date changes, are answered by one request.
   A refusal is shown too, and nothing rather than a date that no longer holds. */
const underway = new Map();

function due(url) {
  if (!underway.has(url)) {
    const headers = { Accept: "text/html", "HX-Request": "true" };
    const html = (response) => (response.headers.get("content-type")?.startsWith("text/html") ? response.text() : "");
    underway.set(url, fetch(url, { headers }).then(html).catch(() => "").finally(() => underway.delete(url)));
  }
  return underway.get(url);
}

export function preview(area) {
  const earlier = waiting.get(area);
  clearTimeout(earlier?.timer);
  earlier?.stop.abort();
  const stop = new AbortController();
  const timer = setTimeout(async () => {
    const html = await due(`${area.dataset.duePreview}?${question(area)}`);
    if (stop.signal.aborted) return;
    area.innerHTML = html;
    brief(area.closest("[data-repeat-item]"));
  }, 300);
  waiting.set(area, { timer, stop });
}

document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-due-input]")) target.closest("[data-repeat-item], form").querySelectorAll("[data-due-preview]").forEach(preview);
  else if (target.matches("[data-due-shared]")) target.form.querySelectorAll("[data-due-preview]").forEach(preview);
});

/* What an item shows when it is closed. */
function chip(display, owner) {
  return Object.assign(document.createElement("span"), { className: `regie-chip${owner ? " regie-chip--owner" : ""}`, textContent: display });
}

export function ownerOf(item) {
  const select = item.querySelector("[data-passage-owner]");
  if (!select || select.type === "hidden") return item.querySelector("[data-brief-owner]")?.textContent.trim() ?? "";
  return select?.value ? select.selectedOptions[0].textContent.split(" – ")[0] : "";
}

export function brief(item) {
  if (!item) return;
  const due = item.querySelector("[data-due-preview] .regie-question__line");
  item.querySelector("[data-brief-due]")?.replaceChildren(...(due ? [due.cloneNode(true)] : []));
  if (item.querySelector("[data-folded]")) return;
  const title = item.querySelector("[name$='-kop']")?.value.trim();
  say(item.querySelector("[data-brief-text]"), title || passageOf(item)?.value.trim() || repeats.dataset.textNew);
  const owner = ownerOf(item);
  item.querySelector("[data-brief-owner]")?.replaceChildren(...(owner ? [chip(owner, true)] : []));
  say(item.querySelector("[data-brief-why]"), item.querySelector("[data-owner-why]")?.textContent);
  const named = [...item.querySelectorAll("[name$='-meebetrokken']:checked")].map((box) => item.querySelector(`label[for="${box.id}"]`).firstChild.textContent.trim());
  const row = item.querySelector("[data-brief-named]");
  if (row) {
    row.hidden = !named.length;
    row.querySelector("ul").replaceChildren(...named.map((display) => Object.assign(document.createElement("li"), { innerHTML: chip(display).outerHTML })));
  }
}

list?.addEventListener("toggle", ({ target }) => {
  const item = target.closest("[data-repeat-item]");
  if (target.open && target.parentElement === item) unfold(item);
  else if (!target.open) brief(item);
}, true);

export { fold };
items().forEach((item, index) => (item.dataset.place = String(index)));
