"""Fifty thousand made-up forms: every answer is a page, and none keeps anybody waiting. Goals S4."""

from app.main import create_app
from app.settings import Settings
from bench.torture.checks import Finding
from bench.torture.scene import SECRET, Scene
from tests.support.builders import a_question
from tests.support.clock import Clock
from tests.support.fuzz import Fuzzer
from tests.support.live import Live
from tests.web.test_policy import routes_of

ADDRESS = "http://localhost"
QUESTIONS = 20


def run(scene: Scene, many: int) -> list[Finding]:
    """Send so many forms within this process, on a register of its own questions."""
    settings = Settings(
        var=scene.folder / "forms",
        database_url=scene.url,
        secret=SECRET,
        base_url=ADDRESS,
        scheduler=False,
        limit_factor=0,  # each is read, not only the first of a minute
    )
    clock = Clock(scene.now)
    with scene.db.writing() as session:
        for _ in range(QUESTIONS):
            a_question(session, sent_on=clock.today, contributors=("FIN",))
    live = Live(ADDRESS, scene.db, clock, settings, create_app(settings, db=scene.db, clock=clock))
    fuzzer = Fuzzer(live, [one for one in routes_of(live.app) if one.is_form], seed=many)
    fuzzer.send(many)
    fuzzer.close()
    sent = sum(fuzzer.statuses.values())
    told = " ".join(f"{status}:{count}" for status, count in sorted(fuzzer.statuses.items()))
    return [
        Finding("made-up forms answered without a fault of ours", sent - len(fuzzer.faults), many, f"({told})"),
        Finding("of them within a second", sent - fuzzer.slow, many, f"(longest {fuzzer.slowest:.2f} s)"),
    ]
