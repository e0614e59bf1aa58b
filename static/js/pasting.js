/* Pasting into a text box.

   textarea[data-paste]   takes the words of what is pasted, with its paragraphs apart and its lists as lists. A word processor
                          gives plain text in which paragraphs are hard to tell from broken lines; its markup knows them. */

const BLOCKS = new Set(["P", "DIV", "LI", "UL", "OL", "H1", "H2", "H3", "H4", "H5", "H6", "TR", "TABLE", "BLOCKQUOTE", "SECTION", "ARTICLE"]);
const UNSEEN = new Set(["STYLE", "SCRIPT", "HEAD", "TITLE", "META", "LINK", "TEMPLATE"]);
const SPACES = /[\u00a0\u2007\u202f]/g;
const INVISIBLE = /[\u00ad\u200b\u2060\ufeff]/g;
const BULLET = /^[ \t]*(?:[\uf0b7\uf0a7\uf0d8\uf0fc\u00b7])[ \t]*/gm;

function textOf(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/\s+/g, " ");
  if (node.nodeType !== Node.ELEMENT_NODE || UNSEEN.has(node.tagName) || node.tagName.includes(":") && !node.textContent.trim()) return "";
  if (node.tagName === "BR") return "\n";
  const inside = [...node.childNodes].map(textOf).join("");
  if (!BLOCKS.has(node.tagName)) return inside;
  return node.tagName === "LI" ? `\n• ${inside.trim()}\n` : `\n\n${inside.trim()}\n\n`;
}

/* The page is read by a parser that runs nothing and fetches nothing. */
export function words(html) {
  const text = textOf(new DOMParser().parseFromString(html, "text/html").body);
  return text.replace(SPACES, " ").replace(INVISIBLE, "").replace(BULLET, "• ").replace(/[ \t]*\n[ \t]*/g, "\n").replace(/\n{3,}/g, "\n\n").trim();
}

document.addEventListener("paste", (event) => {
  const area = event.target;
  if (!(area instanceof HTMLTextAreaElement) || !area.matches("[data-paste]")) return;
  const html = event.clipboardData?.getData("text/html");
  const plain = event.clipboardData?.getData("text/plain") ?? "";
  const found = html && (words(html) || plain);
  if (!found) return;
  event.preventDefault();
  area.setRangeText(found, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
});
