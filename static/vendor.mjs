// Puts what the pages use from node_modules into static/vendor (not in git): one style sheet with the
// NL Design System components, the fonts, htmx. It copies and joins, nothing else. Run by `npm run vendor`.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "..", "node_modules");
const target = join(here, "vendor");

const components = [
  "alert", "breadcrumb-nav", "button", "checkbox", "data-list", "document", "form-field", "form-field-description",
  "form-field-error-message", "form-fieldset", "form-label", "heading-1", "heading-2", "heading-3", "link", "mark",
  "nav-bar", "page-footer", "page-header", "pagination", "paragraph", "select", "skip-link", "status-badge", "table",
  "textarea", "textbox", "unordered-list",
];
const files = [
  ["htmx.org/dist/htmx.min.js", "htmx.min.js"],
  ["@fontsource-variable/noto-sans/files/noto-sans-latin-wght-normal.woff2", "noto-sans.woff2"],
  ["@fontsource-variable/noto-serif/files/noto-serif-latin-wght-normal.woff2", "noto-serif.woff2"],
];

function styleSheet(component) {
  const folder = join(modules, "@utrecht", `${component}-css`, "dist");
  const small = join(folder, "index.min.css");
  const text = readFileSync(existsSync(small) ? small : join(folder, "index.css"), "utf8");
  return text.replace(/@charset "[^"]*";/, "").trim();
}

rmSync(target, { recursive: true, force: true });
mkdirSync(target);
// In a layer of their own the components win from bare elements (base.css) and never from our other style sheets,
// whatever their selectors weigh.
const sheets = components.map(styleSheet).join("\n");
writeFileSync(join(target, "utrecht.css"), `@layer elements, utrecht;\n@layer utrecht {\n${sheets}\n}\n`);
for (const [from, to] of files) copyFileSync(join(modules, from), join(target, to));
