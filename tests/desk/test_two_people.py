"""Two people at the settings of one contact: the second is told what stands, and loses nothing."""

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from tests import factories as make
from tests.cases.world import World
from tracker.cases.contacts import contact_of
from tracker.staff.models import Role, User


def test_settings_that_somebody_changed_meanwhile_are_not_changed_over(
    world: World, client: FlaskClient, sign_in: Callable[..., User]
) -> None:
    user, mill, hill = make.make_user(role=Role.CONTACT), make.make_area(name="Mill"), make.make_area(name="Hill")
    sign_in(Role.SUPERVISOR)
    address = f"/staff/contacts/{user.id}"

    def seen_on(page: str) -> str:
        return re.findall(r'name="contact-seen"[^>]*value="([^"]+)"', page)[0]

    seen = seen_on(client.get(address).text)
    first = {"contact-seen": seen, "contact-center": mill.id, "contact-families": [world.family.id]}
    assert client.post(address, data=first).status_code == 302
    second = {"contact-seen": seen, "contact-center": hill.id}
    late = client.post(address, data=second)
    assert late.status_code == 409
    assert "Now it is Mill, Graffiti" in late.text
    assert f'<option selected value="{hill.id}">' in late.text
    contact = contact_of(user)
    assert contact is not None and contact.center_id == mill.id
    assert client.post(address, data=second | {"contact-seen": seen_on(late.text)}).status_code == 302
