"""Addresses in answers: always from the configured one, never from what a request says its host is."""

from urllib.parse import urlencode

from fastapi import Request

from app.api.tokens import office_of

VERSION_PATH = "/v1"
ROOT = f"/api{VERSION_PATH}"


def address_of(request: Request, path: str) -> str:
    """The full address of something in this API."""
    return f"{office_of(request).settings.base_url}{ROOT}{path}"


def following(request: Request, path: str, mark: str | None) -> str | None:
    """The address of the next page of this list, with the same filters; None at the end."""
    if mark is None:
        return None
    asked = [(key, value) for key, value in request.query_params.multi_items() if key != "na"]
    return f"{address_of(request, path)}?{urlencode([*asked, ('na', mark)])}"
