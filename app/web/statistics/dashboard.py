"""How it stands, on one page: what is late, since when, with whom, and where it sticks. Each picture has its table."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.domain.actors import Actor
from app.domain.digests import Week
from app.domain.permissions import Task, may
from app.domain.statistics import Ageing, Bucket, Grouping
from app.routes import Router
from app.store.lists.coordination import scope_of
from app.store.lists.question_lists import QuestionFilter, count_questions
from app.store.ministries import Ministry
from app.usecases.statistics import report, trend
from app.web.coordination.matrix_view import matrix_view
from app.web.digests.digest_sheet import picture
from app.web.frame.policy import needs
from app.web.frame.render import page, wording_of
from app.web.frame.sessions import office_of
from app.web.questions.question_table import address
from app.web.statistics.figure_query import Asked, read
from app.web.statistics.figure_view import AGES, view_of
from app.web.statistics.figure_words import FigureWords

router = Router()
ALL = 10_000_000
Reader = Annotated[Actor, needs(Task.READ_FIGURES)]


@router.get("/stand")
def standing(request: Request, who: Reader) -> Response:
    """The figures of today over the standard period; people at a ministry see their own."""
    office, words = office_of(request), FigureWords(wording_of(request))
    today = office.today()
    with office.db.reading() as session:
        chosen = read(session, Asked(), today)
        found = report(session, who, chosen.selection, chosen.grouping, today)
        weeks = _late_by_week(session, who, found.total.buckets[Bucket.OPEN_LATE], Week.of(today))
        owner_id = None if may(who.roles, Task.READ_FIGURES) else who.ministry_id
        late = count_questions(session, who, QuestionFilter(late_on=today, owner_id=owner_id), today, ALL)
        code = session.get_one(Ministry, owner_id).code if owner_id else ""
        matrix = matrix_view(session, who, scope_of(who), today)
    return page(
        request,
        "statistics/dashboard.html",
        report=found,
        late_now=late,
        late_href=address("/vragen", laat="ja", ministerie=code),
        counted_href=chosen.behind(Bucket.OPEN_LATE),
        since=chosen.selection.asked_from,
        view=view_of(words, found, chosen.behind),
        weeks=weeks,
        named_weeks=[(str(week), late) for week, late in weeks],
        trend=picture([(str(week), late) for week, late in weeks]) if len(weeks) > 1 else None,
        ages=[(words.words.text(AGES[age]), found.total.ageing[age]) for age in Ageing],
        matrix=matrix,
        files=[(kind, chosen.address(f"/statistieken.{kind.lower()}")) for kind in ("ODS", "CSV")],
        matrix_files=[(kind, f"/samenhang.{kind.lower()}") for kind in ("ODS", "CSV")],
        figures_href=chosen.address(),
    )


def _late_by_week(session: Session, who: Actor, now: int, this_week: Week) -> Sequence[tuple[Week, int]]:
    """How many were open and late on each Sunday that is kept, oldest first, and now."""
    key = Grouping.TOTAL.value if may(who.roles, Task.READ_FIGURES) else str(who.ministry_id)
    kept = [(Week.of(one.sunday), one.open_late) for one in trend(session, this_week.monday, key)]
    return [*(one for one in kept if one[0] != this_week), (this_week, now)]
