"""Versions of the API that are gone."""

import pytest

from tests.api_client import ApiClient

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.mark.parametrize("version", ["v1", "v1_1", "v1_2", "v1_3", "v2_0"])
@pytest.mark.parametrize("path", ["", "/assets/3/"])
def test_old_versions_are_gone(api: ApiClient, version: str, path: str) -> None:
    response = api.get(f"/api/{version}{path}")

    message = f"API version {version} has been removed. Please upgrade to v3_0: /api/v3_0/docs describes it."
    assert (response.status_code, response.json()) == (410, {"message": message, "status": 410})


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_they_are_gone_whatever_the_method(api: ApiClient, method: str) -> None:
    response = api.request(method, "/api/v2_0/assets", json={"name": "x"})

    assert response.status_code == 410
    assert response.headers["content-type"] == "application/json"
    assert response.headers["sunset"] == "Mon, 01 May 2023 23:59:59 GMT"
    assert response.headers["deprecation"] == "Wed, 14 Dec 2022 23:59:59 GMT"
    assert 'rel="successor-version"' in response.headers["link"]


@pytest.mark.parametrize("path", ["v1_4", "v2_1/assets", "v10"])
def test_versions_that_never_were_are_unknown(api: ApiClient, path: str) -> None:
    assert api.get(f"/api/{path}").status_code == 404


def test_v3_0_is_not_deprecated(api: ApiClient) -> None:
    assert {"sunset", "deprecation"}.isdisjoint(api.get("/api/v3_0").headers)
