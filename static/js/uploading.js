/* Files that go along with a draft as soon as they are chosen.

   [data-uploads="URL"]           takes the form with the files of its field; answers JSON {"bestanden": [{id, naam, adres, grootte, nog}]}
     with all files the draft has then (nog: why one can't be opened yet), or problem+json {"detail": "…"}.
     [data-uploads-list]          is filled with them, each made of template[data-uploads-item]: a link, [data-upload-size],
                                  button[data-upload-away] whose value ends in the number.
     [data-uploads-state]         says how far it is; data-text-busy ({percent}), -done, -failed ({reason}), -offline.
   Without this script the files go along when a button of the form is pressed. */

function line(template, { id, naam, adres, grootte, nog }) {
  const made = template.content.cloneNode(true);
  const link = made.querySelector("a");
  Object.assign(link, { href: adres, textContent: naam });
  if (nog) link.replaceWith(`${naam} (${nog})`);
  made.querySelector("[data-upload-size]").textContent = grootte;
  const away = made.querySelector("[data-upload-away]");
  away.value = `weg-${id}`;
  away.querySelector("[data-upload-of]").textContent = naam;
  return made;
}

/* fetch can't tell how far a body is on its way; this can. */
function send(address, body, onProgress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => lengthComputable && onProgress(Math.floor((100 * loaded) / total)));
    request.addEventListener("load", () => resolve({ ok: request.status < 300, answer: request.response ?? {}, status: request.status }));
    request.addEventListener("error", () => resolve(null));
    request.send(body);
  });
}

export function uploads(area, form, keeper) {
  const field = area.querySelector("input[type=file]");
  const [list, template, state, bar] = ["list", "item", "state", "bar"].map((name) => area.querySelector(`[data-uploads-${name}]`));
  const say = (sentence, facts = {}) => {
    state.textContent = Object.entries(facts).reduce((text, [name, value]) => text.replace(`{${name}}`, value), sentence ?? "");
  };
  field.addEventListener("change", async () => {
    if (!field.files.length) return;
    bar.hidden = false;
    bar.value = 0;
    say(state.dataset.textBusy);
    const result = await send(area.dataset.uploads, new FormData(form), (percent) => (bar.value = percent));
    bar.hidden = true;
    if (!result) return say(state.dataset.textFailed, { reason: state.dataset.textOffline });
    if (!result.ok) {
      // What can't be taken must not go along with the answer either.
      if (result.status === 400) field.value = "";
      return say(state.dataset.textFailed, { reason: result.answer?.detail ?? String(result.status) });
    }
    field.value = "";
    list.replaceChildren(...result.answer.bestanden.map((one) => line(template, one)));
    keeper.settle(result.answer);
    say(state.dataset.textDone);
  });
}
