"""The programme on the site of a school: in the frames of listed sites, and of no other."""

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.access.vocabulary import Role
from kinderwerk.activities.embedding import NoSite, origin
from kinderwerk.core import clock
from tests.make import Make
from tests.pages import InspectingClient

SCHOOL = "https://www.school.example"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (SCHOOL, SCHOOL), ("HTTPS://WWW.School.example/news?a=b#c", SCHOOL),
        (f"{SCHOOL}:443/", SCHOOL), (f"{SCHOOL}:8443", f"{SCHOOL}:8443"),
        ("https://schüle.example", "https://xn--schle-mva.example"),
    ],
)  # fmt: skip
def test_a_site_is_what_a_browser_calls_it(written: str, found: str) -> None:
    assert origin(written, demo=False) == found


@pytest.mark.parametrize(
    "written",
    [
        "http://www.school.example", "https://*.school.example", "https://*", "*", "'self'", "",
        "https://school", "https://me@school.example", "https://school.example;script-src",
        "javascript:alert(1)", "https://127.0.0.1", "https://[::1]", "https://a.b:99999",
        "http://localhost:5000",
    ],
)  # fmt: skip
def test_what_is_no_site_is_refused(written: str) -> None:
    with pytest.raises(NoSite):
        origin(written, demo=False)


def test_the_own_machine_counts_in_the_demo() -> None:
    assert origin("http://localhost:8000/page", demo=True) == "http://localhost:8000"


@given(st.text() | st.text(alphabet="https:/.@*;' \t\nabc-[]").map("https://a.example".__add__))
def test_nothing_but_a_site_ever_gets_into_the_header(written: str) -> None:
    try:
        found = origin(written, demo=True)
    except NoSite:
        return
    assert not set(found) & set(" ;,'\"*\n\r\t")
    assert origin(found, demo=True) == found


def test_listed_sites_may_frame_that_page_and_nothing_else(
    client: InspectingClient, make: Make
) -> None:
    coordinator = make.user(Role.COORDINATOR)
    here = coordinator.current_memberships[0].organisation
    assert here is not None
    activity = make.activity(coordinator, title="Football", starts_at=clock.now())
    other = make.activity(make.worker(organisation=make.organisation()), title="Elsewhere")
    path = f"/embed/{here.id}"
    assert "frame-ancestors 'none'" in client.get(path).headers["Content-Security-Policy"]
    client.sign_in(coordinator)
    assert client.post("/embedding", data={"sites": "http://evil.example"}).status_code == 422
    listed = {"sites": f"{SCHOOL}/news\n{SCHOOL}\nhttps://kids.example"}
    assert client.post("/embedding", data=listed).status_code == 303
    assert "&lt;iframe src=" in client.get("/embedding").text
    client.post("/sign-out")
    client.delete_cookie("kinderwerk")
    shown = client.get(path)
    policy = shown.headers["Content-Security-Policy"]
    assert f"frame-ancestors {SCHOOL} https://kids.example" in policy
    assert "X-Frame-Options" not in shown.headers
    assert "Set-Cookie" not in shown.headers
    assert f"/programme/{activity.id}" in shown.text
    assert other.title not in shown.text
    assert "<form" not in shown.text
    for path in ("/", f"/programme/{activity.id}", f"/embed/{other.organisation_id}"):
        assert "frame-ancestors 'none'" in client.get(path).headers["Content-Security-Policy"]


@pytest.mark.parametrize("role", [Role.WORKER, Role.VOLUNTEER, Role.PROTECTION_OFFICER])
def test_who_may_not_list_sites(client: InspectingClient, make: Make, role: Role) -> None:
    client.sign_in(make.user(role))
    assert client.get("/embedding").status_code in (403, 404)


def test_an_organisation_that_is_not_there(client: FlaskClient, make: Make) -> None:
    assert client.get(f"/embed/{make.activity().id}").status_code == 404
