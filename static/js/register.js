/* Registering a letter: its text beside its questions. See questions.js, letter.js and keeping.js for what they do.

   form[data-register]
     [data-letter]                a passage of it becomes a question: it fills [data-passage-text] of a new item.
       data-passage-proposals="URL" answers ?tekst=…&alinea=… with the ministries it names: the first goes into
       [data-passage-owner] where that is empty, the others are ticked, [data-owner-why] says why.
     [data-read-file]             is pressed as soon as a file is chosen.
     [data-count]                 says how many questions there are to how many ministries.
     [data-head-says]             sums up the letter's own data while they are folded away. */

import { keep } from "./keeping.js";
import { letterPage } from "./letter.js";
import { add, brief, fold, items, numberOf, ownerOf, passageOf, preview, say } from "./questions.js";
import "./pasting.js";

const form = document.querySelector("form[data-register]");
const letter = form.querySelector("[data-letter]");
const keeper = keep(form);

const page = letterPage(letter, {
  questions: () => items().map((item, place) => ({ number: place + 1, text: passageOf(item).value })),
  take: make,
  point: open,
});

function open(number) {
  const item = items()[number - 1];
  if (!item) return;
  fold(item, true);
  passageOf(item).focus();
  item.scrollIntoView({ block: "nearest" });
}

/* A passage becomes a question; its place in the letter keeps the focus, so that the next can be chosen at once. */
async function make(passage, paragraph, across) {
  const item = items().find((one) => !passageOf(one).value.trim()) ?? add();
  if (!item) return;
  passageOf(item).value = passage;
  fold(item, false);
  tell();
  const proposed = await propose(passage, paragraph, item);
  fold(item, !ownerOf(item));
  brief(item);
  const words = page.state.dataset;
  const shared = across.map((number) => words.textAcross.replace("{number}", number));
  page.state.textContent = [words.textMade.replace("{number}", numberOf(item)), proposed, ...shared].filter(Boolean).join(" ");
  passageOf(item).dispatchEvent(new Event("input", { bubbles: true }));
}

async function propose(passage, paragraph, item) {
  const owner = item.querySelector("[data-passage-owner]");
  if (owner.value || !letter.dataset.passageProposals) return "";
  const query = new URLSearchParams({ tekst: passage.slice(0, 1500), alinea: paragraph.slice(0, 1500) });
  for (const field of form.querySelectorAll("[data-due-shared][name]")) query.append(field.name, field.value);
  const response = await fetch(`${letter.dataset.passageProposals}?${query}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!response?.ok || owner.value) return "";
  const { ministeries: [first, ...others], zin, waarom } = await response.json();
  if (!first) return "";
  owner.value = first;
  say(item.querySelector("[data-owner-why]"), waarom);
  for (const box of item.querySelectorAll("[name$='-meebetrokken']")) if (others.includes(box.value)) box.checked = true;
  return zin;
}

/* What the page says of what is typed: the numbers in the letter, the count above the questions, the letter's own data. */
function tell() {
  page.render();
  const count = form.querySelector("[data-count]");
  const asked = items().filter((item) => passageOf(item).value.trim());
  const owners = new Set(asked.map(ownerOf).filter(Boolean)).size;
  const { textNone, textQuestion, textQuestions, textMinistry, textMinistries } = count.dataset;
  const to = owners === 1 ? textMinistry : textMinistries.replace("{n}", owners);
  const said = asked.length === 1 ? textQuestion : textQuestions.replace("{n}", asked.length);
  count.textContent = asked.length ? [said, owners ? to : ""].filter(Boolean).join(" ") : textNone;
  const value = (name) => form.elements.namedItem(name)?.value ?? "";
  const day = ["dag", "maand", "jaar"].map((part) => value(`datum-${part}`)).filter(Boolean).join("-");
  form.querySelector("[data-head-says]").textContent = [value("onderwerp"), day, value("aan"), value("kenmerk")].filter(Boolean).join(" · ");
}

let timer = null;
form.addEventListener("input", ({ target }) => {
  const item = target.closest("[data-repeat-item]");
  if (target.matches("[data-passage-owner]")) say(item.querySelector("[data-owner-why]"), "");
  clearTimeout(timer);
  timer = setTimeout(() => {
    brief(item);
    tell();
  }, 150);
});
form.addEventListener("change", tell);
form.addEventListener("focusin", ({ target }) => {
  const item = target.closest("[data-repeat-item]");
  if (item) page.mark(numberOf(item));
});

/* A text that is pasted in whole is shown as a page at once, and says what it knows of itself. */
letter.querySelector("textarea").addEventListener("input", async (event) => {
  if (event.inputType !== "insertFromPaste" || event.target.value.length < 400) return;
  page.read();
  fill(await keeper.save({ act: "lees-tekst" }));
});

function fill(answer) {
  for (const [name, text] of Object.entries(answer?.ingevuld ?? {})) {
    const field = form.elements.namedItem(name);
    if (field && text && field.value !== text && (!field.value || name.startsWith("datum-"))) field.value = text;
  }
  form.querySelectorAll("[data-due-preview]").forEach(preview);
  tell();
}

/* A file that was chosen, perhaps before this script was there, is read at once. */
const file = form.querySelector("input[type=file]");
function readFile() {
  if (!file.files.length) return;
  const state = form.querySelector("[data-file-state]");
  state.textContent = state.dataset.textBusy.replace("{name}", file.files[0].name);
  form.requestSubmit(form.querySelector("[data-read-file]"));
}
file.addEventListener("change", readFile);
readFile();

/* What is typed while the file is on its way would be lost with this page. */
function hold(still) {
  for (const field of form.elements) if ("readOnly" in field) field.readOnly = still;
}
form.addEventListener("submit", ({ submitter }) => submitter?.matches("[data-read-file]") && hold(true));
window.addEventListener("pageshow", () => hold(false));
window.addEventListener("keydown", ({ key }) => key === "Escape" && hold(false));

tell();
