"""Routes that are built when they are first asked for."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from app.api.router import api_routes
from app.main import WEB, create_app
from app.routes import LateRoute, Router
from app.settings import Settings


def test_every_page_and_operation_of_the_api_is_built_late_and_can_be(tmp_path: Path) -> None:
    app = create_app(Settings(var=tmp_path, secret="x" * 32, scheduler=False))
    pages = [route for route in app.router.routes if isinstance(route, APIRoute)]
    assert len(pages) > 4 * len(WEB)
    for route in (*pages, *api_routes()):
        assert isinstance(route, LateRoute), route.path
        assert route.dependant.path == route.path_format


def test_a_route_knows_its_address_before_it_is_built_and_is_built_once_by_whoever_comes_first() -> None:
    router = Router(prefix="/brieven")

    @router.get("/{letter_id}")
    def letter(letter_id: int) -> str:
        return str(letter_id)

    (route,) = router.routes
    assert isinstance(route, LateRoute)
    assert (route.path, route.methods, route.name) == ("/brieven/{letter_id}", {"GET"}, "letter")
    assert "dependant" not in vars(route)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: route.dependant, range(8)))
    assert all(one is found[0] for one in found)
    with pytest.raises(AttributeError, match="no_such_thing"):
        route.no_such_thing  # noqa: B018
