"""What a browser can tell of a page: what it weighs, whether it jumps, whether everybody can use it and it fits."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.support.accessible import RULES
from tests.support.browser import WIDE

FIRST_VIEW, NEXT_VIEW = 150_000, 30_000
"""Bytes on the line that style, scripts and fonts of a page may take, the page itself not counted."""
GOOD_SHIFT = 0.1
"""The most that Chrome calls good of how far things move while a page loads (cumulative layout shift)."""
SMALLEST, ZOOMED = 320, 640
"""Widths in CSS pixels: WCAG 1.4.10, and a window of 1280 at 200 % (WCAG 1.4.4)."""
# What colours and a narrow window can change of what axe finds.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block", "target-size"]}
IN_COLOURS = RULES | {"runOnly": COLOURS}
# Things move while a page loads, and again when its fonts came; two frames later all of it was told.
LOADED = """async () => {
    await document.fonts.ready;
    const told = [];
    const watch = new PerformanceObserver((list) => told.push(...list.getEntries()));
    watch.observe({ type: "layout-shift", buffered: true });
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 20))));
    told.push(...watch.takeRecords());
    const shifts = told.filter((one) => !one.hadRecentInput);
    const files = performance.getEntriesByType("resource");
    const moved = shifts.flatMap((one) => one.sources.map(({ node }) => node?.className || node?.nodeName || "?"));
    return {
        shift: shifts.reduce((sum, one) => sum + one.value, 0),
        moved: [...new Set(moved)],
        weight: files.reduce((sum, one) => sum + one.transferSize, 0),
        files: files.map((one) => one.name).sort(),
        blocking: files.filter((one) => one.initiatorType === "script" && one.renderBlockingStatus === "blocking")
            .map((one) => one.name),
    };
}"""
WIDER = """() => {
    const edge = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= edge) return null;
    return [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > edge + 1)
        .map((one) => one.className || one.nodeName).slice(0, 4);
}"""


@dataclass
class Eyes:
    """Looks at one page after another; `wrong` says what was found, the rest the most that any page had."""

    page: Page
    wrong: list[str] = field(default_factory=list)
    pages: int = 0
    heaviest: int = 0
    heaviest_again: int = 0
    most_shift: float = 0
    _sets: set[tuple[str, ...]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._wire = self.page.context.new_cdp_session(self.page)
        self.page.on("console", lambda said: said.type == "error" and self._tell(f"console: {said.text}"))
        self.page.on("pageerror", lambda error: self._tell(f"script: {error}"))

    def look(self, url: str) -> None:
        """Load a page as for the first time, and look at it wide, zoomed, narrow, in light and in dark."""
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": WIDE, "height": 900})
        self._wire.send("Network.clearBrowserCache")
        answer = self.page.goto(url)
        if answer is None or answer.status != 200 or "text/html" not in answer.headers["content-type"]:
            self._tell(f"is no page: {answer and answer.status}")
            return
        self.pages += 1
        self._weigh()
        for problem in (*self._found_by_axe(RULES), *self._sideways(WIDE), *self._sideways(ZOOMED)):
            self._tell(problem)
        self.page.emulate_media(color_scheme="dark")
        for problem in (*self._sideways(SMALLEST), *self._found_by_axe(IN_COLOURS)):
            self._tell(f"dark, {SMALLEST} px: {problem}")

    def _tell(self, problem: str) -> None:
        self.wrong.append(f"{self.page.url}: {problem}")

    def _weigh(self) -> None:
        loaded = self.page.evaluate(LOADED)
        self.heaviest = max(self.heaviest, loaded["weight"])
        self.most_shift = max(self.most_shift, loaded["shift"])
        if loaded["weight"] > FIRST_VIEW:
            self._tell(f"weighs {loaded['weight']} bytes")
        if loaded["shift"] >= GOOD_SHIFT:
            self._tell(f"jumps by {loaded['shift']:.3f}: {loaded['moved']}")
        if loaded["blocking"]:
            self._tell(f"waits for scripts: {loaded['blocking']}")
        # What the next view weighs depends on which files it needs, and on nothing else.
        if (files := tuple(one for one in loaded["files"] if "/static/" in one)) not in self._sets:
            self._sets.add(files)
            self.page.goto(self.page.url)
            again = self.page.evaluate(LOADED)["weight"]
            self.heaviest_again = max(self.heaviest_again, again)
            if again > NEXT_VIEW:
                self._tell(f"weighs {again} bytes the next time")

    def _found_by_axe(self, rules: object) -> Iterator[str]:
        if self.page.evaluate("typeof axe") == "undefined":
            self.page.evaluate(Axe().axe_script)
        for one in self.page.evaluate("async (rules) => (await axe.run(rules)).violations", rules):
            yield f"{one['id']}: {one['help']}: {[node['target'] for node in one['nodes']][:3]}"

    def _sideways(self, width: int) -> Iterator[str]:
        self.page.set_viewport_size({"width": width, "height": 900})
        if (wider := self.page.evaluate(WIDER)) is not None:
            yield f"is wider than {width} px: {wider}"
