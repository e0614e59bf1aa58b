/* A form that keeps itself while somebody types.

   form[data-autosave="URL"]     is sent there without its files, a moment after the typing.
     Answer 2xx, optionally JSON {"tijd": "11.04 uur", "let_op": "…"}; `versie`, `sleutel` and `bewaard` go into the form's
     fields of those names, and `let_op` is shown with the state.
     Any other answer: JSON {"detail": "…"} (problem+json); the sentence is shown and the text stays where it is. With
     `aanmelden` in it, a link leads to where one signs in, and the form is sent again as soon as somebody comes back.
   [data-autosave-state]         says how it stands; its data-text-busy, -saved ({time}), -failed ({reason}), -offline, -sign-in
     hold the words.

   Nothing typed is taken away. When the server or the line fails the draft is sent again; when it is refused (a dead link,
   someone else's version) only after more typing. Leaving the page with something not kept asks first. */

const QUIET = 2_000; // ms after the last key
const AGAIN = [5_000, 10_000, 30_000, 60_000]; // ms until the next try after a failure
const LARGEST_LAST = 60_000; // bytes: browsers send no more than 64 KiB for a page that closes
const KNOWN_BY = ["versie", "sleutel", "bewaard"];

function clock() {
  const time = new Intl.DateTimeFormat("nl", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Amsterdam" }).format(new Date());
  return `${time.replace(":", ".")} uur`;
}

function show(state, kind, sentence, link) {
  if (!state) return;
  state.classList.toggle("regie-saved--busy", kind === "busy");
  state.classList.toggle("regie-saved--failed", kind === "failed");
  const icon = { saved: "check", failed: "late" }[kind];
  state.innerHTML = icon ? `<svg class="regie-icon" aria-hidden="true"><use href="#i-${icon}"/></svg>` : "";
  const told = document.createElement("span");
  told.append(sentence);
  if (link) told.append(" ", Object.assign(document.createElement("a"), { href: link, target: "_blank", rel: "noopener", textContent: state.dataset.textSignIn ?? link }));
  state.append(told);
}

export function written(form, extra = {}) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.append(name, value);
  for (const [name, value] of Object.entries(extra)) fields.append(name, value);
  return fields;
}

/* What fields hold, whatever their order and however many are empty: a question that is written out holds what it held. */
const held = (fields) => JSON.stringify([...fields].filter(([, value]) => value).sort());

async function problemOf(response) {
  try {
    const problem = await response.json();
    return { reason: problem.detail ?? problem.title ?? String(response.status), signIn: problem.aanmelden };
  } catch {
    return { reason: String(response.status) };
  }
}

/* Keeps the form from now on. Returns functions: `save(extra)` keeps it at once (extra fields go along) and gives the answer or
   null; `settle(answer)` takes an answer that came along another way. */
export function keep(form) {
  const state = form.querySelector("[data-autosave-state]");
  const words = state?.dataset ?? {};
  let kept = held(written(form));
  let timer = null;
  let failures = 0;
  let busy = false;
  let signedOut = false;

  const changed = () => held(written(form)) !== kept;
  const plan = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  };
  const failed = (reason, again = true, link = undefined) => {
    show(state, "failed", (words.textFailed ?? "{reason}").replace("{reason}", reason), link);
    if (again) plan(AGAIN[Math.min(failures++, AGAIN.length - 1)]);
  };

  async function save(extra, last = false) {
    clearTimeout(timer);
    if (busy || form.dataset.sending || !(extra || changed())) return null;
    busy = true;
    const fields = written(form);
    const body = written(form, extra);
    const headers = { Accept: "application/json" };
    if (!last) show(state, "busy", words.textBusy ?? "");
    try {
      const keepalive = last && body.toString().length < LARGEST_LAST;
      const response = await fetch(form.dataset.autosave, { method: "POST", body, keepalive, credentials: "same-origin", headers });
      if (response.ok) return settle(await response.json().catch(() => ({})), fields);
      const { reason, signIn } = await problemOf(response);
      signedOut = Boolean(signIn);
      failed(reason, response.status >= 500 || response.status === 429, signIn);
    } catch {
      failed(words.textOffline ?? "");
    } finally {
      busy = false;
    }
    return null;
  }

  function settle(answer, fields = written(form)) {
    failures = 0;
    signedOut = false;
    for (const name of KNOWN_BY) {
      const field = form.elements.namedItem(name);
      if (!field || answer[name] === undefined) continue;
      field.value = answer[name];
      fields.set(name, answer[name]);
    }
    kept = held(fields);
    const told = (words.textSaved ?? "{time}").replace("{time}", answer.tijd ?? clock());
    show(state, answer.let_op ? "failed" : "saved", answer.let_op ? `${told}. ${answer.let_op}` : told);
    if (changed()) plan(QUIET);
    return answer;
  }

  form.addEventListener("input", () => plan(QUIET));
  form.addEventListener("change", () => plan(QUIET));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save(undefined, true);
  });
  window.addEventListener("online", () => save());
  // Whoever went to sign in comes back to a page that still holds everything.
  window.addEventListener("focus", () => signedOut && save());
  window.addEventListener("beforeunload", (event) => {
    if (changed() && !form.dataset.sending) event.preventDefault();
  });
  return { save, settle };
}
