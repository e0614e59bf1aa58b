"""Ministries beside dossiers: rows, columns and the whole add up."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.coordination import Counts, Matrix

COUNTS = st.builds(Counts, *[st.integers(0, 50)] * 4)
MATRICES = st.dictionaries(st.tuples(st.integers(1, 6), st.integers(0, 5)), COUNTS, max_size=20).map(Matrix)


@given(MATRICES)
def test_rows_columns_and_the_whole_add_up(matrix: Matrix) -> None:
    by_row = sum((matrix.row(one) for one in matrix.ministries), Counts())
    by_column = sum((matrix.column(one) for one in matrix.dossiers), Counts())
    assert by_row == by_column == matrix.total


@given(MATRICES)
def test_a_cell_is_darker_the_more_is_late_and_white_where_nothing_is(matrix: Matrix) -> None:
    cells = sorted(matrix.cells.values(), key=lambda one: one.late)
    shades = [matrix.shade(one) for one in cells]
    assert shades == sorted(shades)
    assert all((shade == 0) == (one.late == 0) for shade, one in zip(shades, cells, strict=True))
    assert not cells or shades[-1] in {0, 3}


def test_where_nothing_is_owed_a_cell_holds_zeros() -> None:
    matrix = Matrix({(1, 0): Counts(2, 1, 0, 0)})
    assert matrix.cell(1, 0).open == 2
    assert matrix.cell(1, 9) == matrix.row(9) == Matrix({}).total == Counts()
