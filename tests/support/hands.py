"""Somebody's hands on mouse and keys: real ones, counted."""

from playwright.sync_api import Locator, Page, expect

_ENDS = """([words]) => {
  const page = document.querySelector("[data-letter-page]");
  const at = page.textContent.indexOf(words);
  const end = (left, back) => {
    const walker = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
    let node = walker.nextNode();
    while (node && left > node.length) { left -= node.length; node = walker.nextNode(); }
    const range = document.createRange();
    range.setStart(node, back ? left - 1 : left);
    range.setEnd(node, back ? left : left + 1);
    return range;
  };
  page.scrollIntoView({ block: "nearest" });
  const first = end(at, false);
  const frame = page.getBoundingClientRect();
  page.scrollTop += first.getBoundingClientRect().top - frame.top - frame.height / 4;
  const [from, to] = [first.getBoundingClientRect(), end(at + words.length, true).getBoundingClientRect()];
  return [from.left + 1, from.top + from.height / 2, to.right - 1, to.top + to.height / 2];
}"""

LOOK_MS = 400
"""As long as somebody looks whether what they wanted is chosen."""


class Hands:
    """Counts clicks (a drag is one) and keys pressed."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0
        self.keys = 0

    def click(self, target: Locator) -> None:
        """Click once."""
        self.clicks += 1
        target.click()

    def choose(self, target: Locator, value: str) -> None:
        """Open a list and choose from it: two clicks."""
        self.clicks += 2
        target.select_option(value)

    def drag_over(self, words: str) -> None:
        """Select words of the letter with the mouse; again, if the page moved under it and they aren't chosen."""
        expect(self.page.locator("[data-letter-page]")).to_contain_text(words)
        for _ in range(4):
            self._drag(words)
            self.page.wait_for_timeout(LOOK_MS)
            if self.page.evaluate("!getSelection().isCollapsed"):
                return
        raise AssertionError(f"not to be chosen with the mouse: {words}")

    def _drag(self, words: str) -> None:
        self.begin_drag(words)
        self.end_drag(words)

    def begin_drag(self, words: str) -> None:
        """Press on the first of these words of the letter, and go half the way."""
        self.clicks += 1
        before, ends = None, self.page.evaluate(_ENDS, [words])
        while ends != before:  # nobody aims while the page still moves
            self.page.wait_for_timeout(50)
            before, ends = ends, self.page.evaluate(_ENDS, [words])
        left, top, right, bottom = ends
        self.page.mouse.move(left, top)
        self.page.mouse.down()
        self.page.mouse.move((left + right) / 2, (top + bottom) / 2)

    def end_drag(self, words: str) -> None:
        """Go on to the last of them, and let go."""
        _, _, right, bottom = self.page.evaluate(_ENDS, [words])
        self.page.mouse.move(right, bottom)
        self.page.mouse.up()

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.keys += 1
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type a text where the focus is."""
        self.keys += len(text)
        self.page.keyboard.insert_text(text)

    def tab_to(self, target: Locator, most: int = 80) -> None:
        """Press Tab until the focus is there."""
        for _ in range(most):
            if target.evaluate("(element) => element === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"{target} was not reached with {most} tabs")

    def __str__(self) -> str:
        return f"{self.clicks} clicks, {self.keys} keys"
