/* Every page with a form.

   form[method=post]        is sent once: while it is on its way a second press does nothing. data-many on the form lifts that.
   [data-error-summary]     gets the focus when the page opens with it.
   a[href="#field"]         in that summary opens the <details> around the field and puts the focus in the first control of it. */

const PATIENCE = 20_000; // ms before a form may be sent again, for an answer that never comes

function release(form) {
  delete form.dataset.sending;
  for (const button of form.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || "many" in form.dataset) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  if (event.defaultPrevented) return;
  form.dataset.sending = "yes";
  // Not `disabled`: a disabled button loses the focus, and its name and value with it.
  for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", "true");
  setTimeout(() => release(form), PATIENCE);
});

// A page taken back from the browser's memory must be usable again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sending]").forEach(release);
});

function reach(target) {
  for (let around = target.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
  const control = target.matches("input, select, textarea, button, a") ? target : target.querySelector("input, select, textarea, button");
  (control ?? target).focus();
  (target.closest(".regie-field, fieldset") ?? target).scrollIntoView({ block: "start" });
}

const summary = document.querySelector("[data-error-summary]");
if (summary) {
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target) return;
    event.preventDefault();
    reach(target);
  });
}

/* A file that is let go beside its field must not take the page's place. Where the page has one field for files it goes there. */
const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
const shown = (over) => document.querySelectorAll(".regie-drop").forEach((drop) => drop.classList.toggle("regie-drop--over", over));

document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event) || event.target.matches("input[type=file]")) return;
  event.preventDefault();
  shown(true);
});
document.addEventListener("dragleave", (event) => event.relatedTarget ?? shown(false));
document.addEventListener("drop", (event) => {
  shown(false);
  if (!carriesFiles(event) || event.target.matches("input[type=file]")) return;
  event.preventDefault();
  const fields = document.querySelectorAll("input[type=file]");
  const field = event.target.closest("form")?.querySelector("input[type=file]") ?? (fields.length === 1 ? fields[0] : null);
  if (!field) return;
  for (let around = field.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
  field.files = event.dataTransfer.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.scrollIntoView({ block: "nearest" });
});
