"""Signing in by the form, as a browser does it."""

from flask.testing import FlaskClient


def test_a_stranger_is_sent_to_the_sign_in_page_with_the_way_back(client: FlaskClient) -> None:
    answer = client.get("/staff/users?page=2")
    assert answer.status_code == 302
    assert answer.location == "/staff/sign-in?next=/staff/users?page%3D2"
