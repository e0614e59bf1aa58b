/* A page with parts that follow what others do.

   [data-live][id]   is taken anew from the same page when something changed, and who listens to the page is told (data-live: in
                     which words). Never under somebody's hands: while a field or a link in it has the focus, a box is ticked, a
                     fold is open or text is selected, a notice with a link stands above it instead.
   #live             says so (aria-live); data-notice and data-reload are its words for what waits. */

const EVERY = 20_000; // ms
const QUIET = { "X-Regie-Live": "1" }; // looking alone doesn't keep a session alive

const status = document.getElementById("live");
const parts = () => [...document.querySelectorAll("[data-live][id]")];
let version = null;

async function ask() {
  const headers = version ? { ...QUIET, "If-None-Match": version } : QUIET;
  const answer = await fetch("/vers", { headers, cache: "no-store", redirect: "error" });
  return answer.ok || answer.status === 304 ? answer.headers.get("etag") : null;
}

function inUse() {
  const focused = document.activeElement;
  const typing = focused?.matches("input, textarea, select, [contenteditable]") && focused.closest("main");
  return (
    typing ||
    !document.getSelection().isCollapsed ||
    document.querySelector("dialog[open]") ||
    parts().some((part) => part.contains(focused) || part.querySelector("input:checked, details[open]"))
  );
}

function say(...content) {
  status.replaceChildren(...content);
}

async function renew() {
  const answer = await fetch(location.href, { headers: QUIET, redirect: "error" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (inUse()) return notify(); // somebody began while it was on its way
  const told = [];
  for (const part of parts()) {
    const now = page.getElementById(part.id);
    if (!now || now.innerHTML === part.innerHTML) continue;
    part.replaceWith(document.adoptNode(now));
    told.push(now.dataset.live);
  }
  say(...(told.length ? [told.join(" ")] : []));
}

function notify() {
  const link = document.createElement("a");
  link.href = location.href;
  link.className = "utrecht-link";
  link.textContent = status.dataset.reload;
  say(`${status.dataset.notice} `, link);
}

async function look() {
  if (document.hidden || !parts().length) return;
  try {
    const found = await ask();
    const changed = version !== null && found !== null && found !== version;
    version = found ?? version;
    if (changed) await (inUse() ? notify() : renew());
  } catch {
    // Offline, or signed out: the page stays as it is, and the next look may be luckier.
  }
}

if (status) {
  look();
  setInterval(look, Number(status.dataset.every) || EVERY);
  document.addEventListener("visibilitychange", look);
}
