/* The text of a letter as a page on which passages are chosen.

   [data-letter]                  [data-letter-source] holds the text box, [data-letter-view] the page [data-letter-page] made of it;
     [data-letter-edit] and [data-letter-done] go from one to the other.
   A passage is what is selected on the page, with the mouse, a finger or the keys: down and up choose a sentence, with Shift one
   more or less. [data-passage-previous], [data-passage-next] and [data-passage-more] do the same; Enter or [data-passage-add]
   hands the passage over. [data-passage-state] says what is chosen.

   The words on the page are the words of the text, sign for sign, so that a place on it is a place in the text. */

const SHORTEST = 12; // signs: see app/domain/passages.py, which marks passages the same way
const FULL_LINE = 55;
const LONGEST_LINE = 140;
const ITEM = /^[*•–—0-9-]/;

function flowing(body) {
  const lines = body.split("\n");
  const kept = [lines[0]];
  lines.slice(1).forEach((line, index) => {
    const before = lines[index].length;
    if (before >= FULL_LINE && before <= LONGEST_LINE && line && !ITEM.test(line)) kept.push(`${kept.pop().replace(/[ \t]+$/, "")} ${line}`);
    else kept.push(line);
  });
  return kept.join("\n");
}

function placeOf(body, text) {
  const words = text.split(/\s+/).filter(Boolean);
  if (words.join("").length < SHORTEST) return null;
  const found = new RegExp(words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s+")).exec(body);
  return found && { start: found.index, end: found.index + found[0].length };
}

/* The pieces of the text, each with the number of its question; where passages overlap the shorter one has what they share. */
function parts(body, questions) {
  const spans = questions.map(({ number, text }) => ({ number, ...placeOf(body, text) })).filter(({ end }) => end);
  const cuts = [...new Set([0, body.length, ...spans.flatMap(({ start, end }) => [start, end])])].sort((one, other) => one - other);
  spans.sort((one, other) => one.end - one.start - (other.end - other.start));
  const found = [];
  for (let place = 0; place + 1 < cuts.length; place += 1) {
    const [start, end] = [cuts[place], cuts[place + 1]];
    const number = spans.find((span) => span.start <= start && end <= span.end)?.number;
    const last = found.at(-1);
    if (last && last.number === number) last.end = end;
    else found.push({ start, end, number, again: found.some((part) => number && part.number === number) });
  }
  return found;
}

function sentences(text) {
  const found = [];
  for (const match of text.matchAll(/[^\n]+/g)) {
    let at = match.index;
    for (const piece of match[0].split(/(?<=[.?!][”’")\]]?\s+)(?=\S)/)) {
      if (piece.trim()) found.push({ start: at, end: at + piece.trimEnd().length });
      at += piece.length;
    }
  }
  return found;
}

export function letterPage(letter, { questions, take, point }) {
  const area = letter.querySelector("textarea");
  const [source, view, page] = ["source", "view", "page"].map((name) => letter.querySelector(`[data-letter-${name}]`));
  const state = letter.querySelector("[data-passage-state]");
  const done = letter.querySelector("[data-letter-done]");
  let text = "";
  let chosen = null;
  let left = null; // where choosing goes on: the passage handed over last, or where the caret stands
  let pressed = false; // a hand is choosing: the words under it stay as they are until it lets go
  let late = false; // and there is something new to show then

  /* What is selected on the page now, in signs of the text; null where the selection is elsewhere. */
  function selected() {
    const selection = document.getSelection();
    if (!selection.rangeCount || !page.contains(selection.anchorNode) || !page.contains(selection.focusNode)) return null;
    const range = selection.getRangeAt(0);
    return { start: offset(range.startContainer, range.startOffset), end: offset(range.endContainer, range.endOffset) };
  }

  function render() {
    late = pressed;
    if (pressed) return;
    text = flowing(area.value);
    const pieces = parts(text, questions()).map(({ start, end, number, again }) => {
      const words = text.slice(start, end);
      if (!number) return document.createTextNode(words);
      const mark = Object.assign(document.createElement("mark"), { className: "utrecht-mark regie-mark regie-mark--of", textContent: words });
      mark.dataset.number = number;
      if (!again) mark.dataset.badge = number;
      return mark;
    });
    const kept = selected();
    page.replaceChildren(...pieces);
    // The words are the same, so what was selected stands where it stood.
    if (kept) document.getSelection().setBaseAndExtent(...locate(kept.start), ...locate(kept.end));
  }

  function show(reading) {
    source.hidden = reading;
    view.hidden = !reading;
    done.hidden = reading || !area.value.trim();
    if (reading) render();
  }

  function offset(node, at) {
    const before = document.createRange();
    before.selectNodeContents(page);
    before.setEnd(node, at);
    return before.toString().length;
  }

  function locate(at) {
    const walker = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
    let left = at;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (left <= node.length) return [node, left];
      left -= node.length;
    }
    return [page, page.childNodes.length];
  }

  function choose({ start, end }) {
    document.getSelection().setBaseAndExtent(...locate(start), ...locate(end));
    chosen = { start, end };
    const range = document.getSelection().getRangeAt(0).getBoundingClientRect();
    const frame = page.getBoundingClientRect();
    if (range.top < frame.top || range.bottom > frame.bottom) page.scrollTop += range.top - frame.top - frame.height / 3;
    state.textContent = state.dataset.textChosen.replace("{passage}", text.slice(start, end));
  }

  function step(direction, extend) {
    const all = sentences(text);
    if (!all.length) return;
    const from = chosen ?? left;
    if (!from) return choose(direction > 0 ? all[0] : all.at(-1));
    if (from.start === from.end) {
      const near = direction > 0 ? all.find(({ end }) => end > from.end) : all.findLast(({ start }) => start < from.start);
      return near && choose(near);
    }
    const last = all.findLastIndex(({ start }) => start < from.end);
    const first = all.findIndex(({ end }) => end > from.start);
    if (extend && chosen) {
      const to = all[Math.min(Math.max(last + direction, first), all.length - 1)];
      choose({ start: Math.min(chosen.start, to.start), end: to.end });
    } else choose(all[Math.min(Math.max((direction > 0 ? last : first) + direction, 0), all.length - 1)]);
  }

  function hand() {
    const passage = chosen && text.slice(chosen.start, chosen.end);
    if (!passage?.trim()) {
      state.textContent = state.dataset.textNone;
      return page.focus();
    }
    const [before, after] = [text.lastIndexOf("\n\n", chosen.start), text.indexOf("\n\n", chosen.end)];
    const marks = [...page.querySelectorAll("mark")].filter((mark) => document.getSelection().rangeCount && document.getSelection().getRangeAt(0).intersectsNode(mark));
    left = chosen;
    document.getSelection().collapse(...locate(chosen.end));
    chosen = null;
    take(passage.trim().replace(/\s+/g, " "), text.slice(before + 1, after < 0 ? undefined : after).trim(), marks.map((mark) => mark.dataset.number));
  }

  document.addEventListener("selectionchange", () => {
    const now = selected();
    if (!now) return;
    chosen = now.start === now.end ? null : now;
    if (!chosen && now.end !== left?.end) left = now;
  });
  page.addEventListener("pointerdown", () => (pressed = true));
  for (const name of ["pointerup", "pointercancel", "pointermove"]) {
    document.addEventListener(name, ({ buttons }) => {
      if (!pressed || buttons) return;
      pressed = false;
      if (late) setTimeout(render); // after the click that may follow: it is about what stands there now
    });
  }
  page.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const direction = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (direction) step(direction, event.shiftKey);
    else if (event.key === "Enter") hand();
    else return;
    event.preventDefault();
  });
  page.addEventListener("click", ({ target }) => {
    const mark = target.closest("mark");
    if (mark && document.getSelection().isCollapsed) point(Number(mark.dataset.number));
  });
  for (const [name, act] of Object.entries({ add: hand, previous: () => step(-1), next: () => step(1), more: () => step(1, true) })) {
    const button = letter.querySelector(`[data-passage-${name}]`);
    // The press must not take the selection away that it is about.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", act);
  }
  letter.querySelector("[data-letter-edit]").addEventListener("click", () => {
    show(false);
    area.focus();
  });
  done.addEventListener("click", () => {
    show(true);
    page.focus();
  });
  area.addEventListener("input", () => (done.hidden = !area.value.trim()));
  show(Boolean(area.value.trim()) && !letter.querySelector("[aria-invalid=true]"));

  return {
    state,
    render: () => !view.hidden && render(),
    read: () => show(Boolean(area.value.trim())),
    /* Shows which passage a question came from; number 0: none. */
    mark(number) {
      for (const mark of page.querySelectorAll("mark")) {
        const mine = Number(mark.dataset.number) === number;
        if (mine && !mark.classList.contains("regie-mark--pointed")) page.scrollTop += mark.getBoundingClientRect().top - page.getBoundingClientRect().top - page.clientHeight / 3;
        mark.classList.toggle("regie-mark--pointed", mine);
      }
    },
  };
}
