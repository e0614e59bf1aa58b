/* The page behind an answer link.

   [data-replace-address="/a"]   replaces the address in the bar, so that the secret in it is not read over a shoulder, nor kept
                                 in a history, a screenshot or a bookmark. The forms keep their own addresses.
   form[data-autosave="URL"]     keeps the draft: a POST of the form without its files, a moment after the typing.
     Answer 2xx, optionally JSON {"tijd": "11.04 uur", "versie": 4}; `versie` goes into the form's field of that name.
     Any other answer: JSON {"detail": "…"} (problem+json); the sentence is shown and the text stays where it is.
   [data-autosave-state]         says how it stands; its data-text-busy, -saved ({time}), -failed ({reason}), -offline hold the words.

   Nothing typed is taken away. When the server or the line fails the draft is sent again; when it is refused (a dead link,
   someone else's version) only after more typing. Leaving the page with something not kept asks first. */

const QUIET = 2_000; // ms after the last key
const AGAIN = [5_000, 10_000, 30_000, 60_000]; // ms until the next try after a failure

const replaced = document.querySelector("[data-replace-address]")?.dataset.replaceAddress;
if (replaced) history.replaceState(null, "", replaced);

function clock() {
  const time = new Intl.DateTimeFormat("nl", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Amsterdam" }).format(new Date());
  return `${time.replace(":", ".")} uur`;
}

function show(state, kind, sentence) {
  if (!state) return;
  state.classList.toggle("regie-saved--busy", kind === "busy");
  state.classList.toggle("regie-saved--failed", kind === "failed");
  const icon = { saved: "check", failed: "late" }[kind];
  state.innerHTML = icon ? `<svg class="regie-icon" aria-hidden="true"><use href="#i-${icon}"/></svg>` : "";
  state.append(Object.assign(document.createElement("span"), { textContent: sentence }));
}

function written(form) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.append(name, value);
  return fields;
}

async function reasonOf(response) {
  try {
    const problem = await response.json();
    return problem.detail ?? problem.title ?? String(response.status);
  } catch {
    return String(response.status);
  }
}

function keep(form) {
  const state = form.querySelector("[data-autosave-state]");
  const words = state?.dataset ?? {};
  let kept = written(form).toString();
  let timer = null;
  let failures = 0;
  let busy = false;

  const changed = () => written(form).toString() !== kept;
  const plan = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  };
  const failed = (reason, again = true) => {
    show(state, "failed", (words.textFailed ?? "{reason}").replace("{reason}", reason));
    if (again) plan(AGAIN[Math.min(failures++, AGAIN.length - 1)]);
  };

  async function save(last = false) {
    clearTimeout(timer);
    if (busy || form.dataset.sending || !changed()) return;
    busy = true;
    const fields = written(form);
    if (!last) show(state, "busy", words.textBusy ?? "");
    try {
      const response = await fetch(form.dataset.autosave, {
        method: "POST", body: fields, keepalive: last, credentials: "same-origin", headers: { Accept: "application/json" },
      });
      if (response.ok) succeeded(fields, await response.json().catch(() => ({})));
      else failed(await reasonOf(response), response.status >= 500 || response.status === 429);
    } catch {
      failed(words.textOffline ?? "");
    } finally {
      busy = false;
    }
  }

  function succeeded(fields, answer) {
    failures = 0;
    const version = form.elements.namedItem("versie");
    if (version && answer.versie !== undefined) {
      version.value = answer.versie;
      fields.set("versie", answer.versie);
    }
    kept = fields.toString();
    show(state, "saved", (words.textSaved ?? "{time}").replace("{time}", answer.tijd ?? clock()));
    if (changed()) plan(QUIET);
  }

  form.addEventListener("input", () => plan(QUIET));
  form.addEventListener("change", () => plan(QUIET));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save(true);
  });
  window.addEventListener("online", () => save());
  window.addEventListener("beforeunload", (event) => {
    if (changed() && !form.dataset.sending) event.preventDefault();
  });
}

document.querySelectorAll("form[data-autosave]").forEach(keep);
