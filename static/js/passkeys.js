/* Passkeys. A form[data-passkey="maken"] makes one, form[data-passkey="gebruiken"] signs in with one.

   data-options on the form is where its options come from. The answer of the device goes into the field [name=antwoord], and the
   form is sent like any other. [data-passkey-says] tells what went wrong, in the words of the form's data-said-… attributes.
   [data-passkey-with] is shown where the browser can do this, [data-passkey-without] where it can't or runs no script. */

const able = Boolean(window.PublicKeyCredential && navigator.credentials);

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function readable(options) {
  const ready = { ...options, challenge: bytes(options.challenge) };
  if (options.user) ready.user = { ...options.user, id: bytes(options.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (options[list]) ready[list] = options[list].map((one) => ({ ...one, id: bytes(one.id) }));
  }
  return ready;
}

function written(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = text(credential.response[part]);
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: {} });
}

async function ask(form) {
  const fields = new URLSearchParams({ form_token: form.elements.form_token.value });
  const answer = await fetch(form.dataset.options, { method: "POST", body: fields, credentials: "same-origin", redirect: "error" });
  return answer.ok ? readable(await answer.json()) : null;
}

function say(form, why) {
  const place = form.querySelector("[data-passkey-says]");
  place.hidden = false;
  place.querySelector("p").textContent = form.dataset[why] ?? form.dataset.saidOtherwise;
  place.focus();
}

const WHY = { NotAllowedError: "saidCancelled", AbortError: "saidCancelled", InvalidStateError: "saidKnown", SecurityError: "saidElsewhere" };

async function perform(form) {
  const makes = form.dataset.passkey === "maken";
  const options = await ask(form);
  // What the server has against it, it says best itself, on a page.
  if (!options) return HTMLFormElement.prototype.submit.call(form);
  const credential = await (makes ? navigator.credentials.create({ publicKey: options }) : navigator.credentials.get({ publicKey: options }));
  form.elements.antwoord.value = written(credential);
  HTMLFormElement.prototype.submit.call(form);
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    try {
      await perform(form);
    } catch (error) {
      say(form, WHY[error.name] ?? "saidOtherwise");
    } finally {
      delete form.dataset.busy;
    }
  });
}

if (able) {
  for (const part of document.querySelectorAll("[data-passkey-with]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-passkey-without]")) part.hidden = true;
}
