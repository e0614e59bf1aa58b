"""How an invitation stands, by its mail, its link and who came in."""

import pytest

from app.domain.invitations import Standing, standing


@pytest.mark.parametrize(
    ("is_in", "failed", "has_left", "link_works", "stands"),
    [
        (True, True, False, False, Standing.IN),
        (False, True, False, False, Standing.LINK_OVER),
        (False, True, False, True, Standing.MAIL_FAILED),
        (False, False, False, True, Standing.ON_ITS_WAY),
        (False, False, False, None, Standing.ON_ITS_WAY),
        (False, False, True, None, Standing.WAITING),
        (False, False, True, False, Standing.LINK_OVER),
    ],
)
def test_who_is_in_is_in_and_else_what_is_wrong_is_told_first(
    *, is_in: bool, failed: bool, has_left: bool, link_works: bool | None, stands: Standing
) -> None:
    assert standing(is_in=is_in, failed=failed, has_left=has_left, link_works=link_works) is stands
