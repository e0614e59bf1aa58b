"""The house rules that no linter knows: which way imports point, and where commits, clocks and dialects may be."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.main import create_app
from app.settings import Settings
from tests.support.addresses import NO_PAGE, without_address
from tests.web.test_policy import routes_of

ROOT = Path(__file__).resolve().parents[1]
# Imports point to a smaller number, or stay inside one package. What isn't named here assembles the rest, on top.
FLOOR = {
    "domain": 0,
    "later": 0,  # what the floors above may leave until it is used
    "store": 1,
    "usecases": 2,
    "settings": 3,
    "wording": 3,
    "limiting": 4,  # what the borders share
    "routes": 4,
    "openid": 4,
    "office": 5,
    "web": 6,
    "api": 6,
    "mail": 6,
}
TOP = 7
BORDERS = 3
CLOCK = re.compile(r"(\w+\.)?(datetime\.(now|utcnow|today)|date\.today|time\.time(_ns)?)")
DIALECTS = ("sqlite", "postgresql")
KNOWS_DIALECTS = {
    "app/store/base.py", "app/store/many.py", "app/store/migrations.py", "app/store/search/entries.py",
}  # fmt: skip
LONGEST_FILE = 300
ACROSS = ("races",)  # what several modules of a floor do together is tested under these names


def floor_of(module: str) -> int:
    """The floor that a module such as `app.store.letters` is on."""
    return FLOOR.get(module.split(".")[1] if "." in module else "", TOP)


def imported(tree: ast.AST, root: Path) -> Iterator[str]:
    """The full names of all modules that a file imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                path = root / whole.replace(".", "/")
                yield whole if path.is_dir() or path.with_suffix(".py").exists() else str(node.module)


def wrong_imports(module: str, tree: ast.AST, root: Path) -> Iterator[str]:
    """Imports that point up, sideways, or out of the pure floor."""
    here, floor = module.split(".")[1:2], floor_of(module)
    for name in imported(tree, root):
        if name.split(".")[0] != "app":
            if floor == 0 and name.split(".")[0] not in sys.stdlib_module_names | {"dateutil"}:
                yield f"the pure floor imports {name}"
            continue
        same_package = name.split(".")[1:2] == here and floor < TOP
        sideways = floor_of(name) == floor < TOP and (here == ["usecases"] or not same_package) and name != module
        if floor_of(name) > floor or sideways:
            yield f"imports {name}, which is not below it"
        if floor_of(name) == FLOOR["settings"] and floor < BORDERS:
            yield "reads the settings below floor 3"


def wrong_words(path: str, module: str, tree: ast.AST) -> Iterator[str]:
    """Commits, clocks, dialects and imports where they may not be."""
    for node in ast.walk(tree):
        text = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
        if text.endswith(".commit") and path != "app/store/base.py":
            yield "commits"
        if floor_of(module) < BORDERS and CLOCK.fullmatch(text):
            yield f"reads the clock: {text}"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and any(
            isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node)
        ):
            yield "imports inside a function"
        if path not in KNOWS_DIALECTS and names_a_dialect(node):
            yield "knows which database it speaks to"


def names_a_dialect(node: ast.AST) -> bool:
    """Whether this is a dialect's name, a keyword for one dialect, or an import of one."""
    match node:
        case ast.Constant(value=value):
            return value in DIALECTS
        case ast.keyword(arg=str(name)):
            return name.startswith(tuple(f"{dialect}_" for dialect in DIALECTS))
        case ast.ImportFrom(module=str(name)):
            return name.startswith("sqlalchemy.dialects")
    return False


def breaches(root: Path) -> Iterator[str]:
    """Every breach of the house rules under `root/app`, with its file."""
    for file in sorted((root / "app").rglob("*.py")):
        path, source = file.relative_to(root).as_posix(), file.read_text()
        module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        tree = ast.parse(source)
        if source.count("\n") > LONGEST_FILE:
            yield f"{path}: longer than {LONGEST_FILE} lines"
        for breach in (*wrong_imports(module, tree, root), *wrong_words(path, module, tree)):
            yield f"{path}: {breach}"


def test_the_house_stands() -> None:
    assert list(breaches(ROOT)) == []


def test_each_test_stands_where_what_it_tests_stands() -> None:
    floors = [folder.name for folder in (ROOT / "app").iterdir() if folder.is_dir() and folder.name in FLOOR]
    for floor in floors:
        rooms = (ROOT / "app" / floor).rglob("*")
        stems = tuple({path.stem for path in rooms if path.suffix == ".py" or path.is_dir()})
        for test in (ROOT / "tests" / floor).glob("test_*.py"):
            stem = test.stem.removeprefix("test_")
            assert stem.startswith((*stems, *ACROSS)), f"{test}: app/{floor} has no {stem}.py"


@pytest.mark.parametrize(
    ("path", "source", "breach"),
    [
        ("app/domain/terms.py", "import app.store.letters", "not below"),
        ("app/domain/terms.py", "from sqlalchemy import select", "the pure floor imports sqlalchemy"),
        ("app/store/letters.py", "from app.usecases import answering", "not below"),
        ("app/store/letters.py", "from app.settings import Settings", "settings below floor 3"),
        ("app/usecases/letters.py", "from app.usecases import answering", "not below"),
        ("app/usecases/letters.py", "from app.usecases.answering import submit", "not below"),
        ("app/web/letters.py", "from app.api import letters", "not below"),
        ("app/mail/send.py", "from app.main import create_app", "not below"),
        ("app/usecases/letters.py", "def act(session):\n    session.commit()", "commits"),
        ("app/usecases/letters.py", "from datetime import datetime, UTC\nnow = datetime.now(UTC)", "clock"),
        ("app/usecases/letters.py", "import datetime\nnow = datetime.datetime.now()", "clock"),
        ("app/domain/terms.py", "from datetime import date\ntoday = date.today()", "clock"),
        ("app/store/letters.py", "import datetime as dt\nnow = dt.datetime.now(dt.UTC)", "clock"),
        ("app/web/letters.py", "def page():\n    import json", "imports inside a function"),
        ("app/usecases/letters.py", "def is_it(name):\n    return name == 'sqlite'", "which database"),
        ("app/store/letters.py", "from sqlalchemy.dialects import postgresql", "which database"),
        ("app/store/letters.py", "index = Index('x', sqlite_where=1)", "which database"),
        ("app/domain/terms.py", "x = 1\n" * 301, "longer than 300"),
    ],
)
def test_a_breach_is_seen(tmp_path: Path, path: str, source: str, breach: str) -> None:
    for name in ("store/letters", "usecases/answering", "usecases/letters", "api/letters", "web/letters", path[4:-3]):
        file = tmp_path / "app" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    assert list(breaches(tmp_path)) == []
    (tmp_path / path).write_text(source)
    assert breach in " ".join(breaches(tmp_path))


def test_every_page_has_an_address_for_the_browser_or_a_reason_why_it_is_none(tmp_path: Path) -> None:
    app = create_app(Settings(var=tmp_path, secret="x" * 32, scheduler=False))
    routes = [one.path for one in routes_of(app) if "GET" in one.methods and not one.path.startswith("/api/")]
    assert without_address(routes) == [], "put them into tests/support/addresses.py"
    assert set(NO_PAGE) <= set(routes)


BLOCK = re.compile(r"^\.(regie-[a-z]+(?:-[a-z]+)*) \{", re.MULTILINE)


def test_each_block_of_style_is_made_in_one_file_so_that_two_do_not_share_a_name_unseen() -> None:
    made: dict[str, set[str]] = {}
    for path in (ROOT / "static" / "css").glob("*.css"):
        for block in BLOCK.findall(path.read_text()):
            made.setdefault(block, set()).add(path.name)
    assert len(made) > 50
    assert {block: sorted(files) for block, files in made.items() if len(files) > 1} == {}
