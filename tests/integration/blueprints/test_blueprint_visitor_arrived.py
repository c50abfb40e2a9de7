"""The blueprint that notifies the host of a visitor's arrival."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from tests.integration.helpers import FiredEvents
from tests.integration.people.visit_helpers import Visits, on
from tests.integration.site.site_helpers import Office

from .blueprint_helpers import END, REPORT, SMALL, Phone, report, use_blueprint

type UseVisitorArrived = Callable[..., Awaitable[None]]

pytest_plugins = [
    "tests.integration.blueprints.blueprint_fixtures",
    "tests.integration.people.people_fixtures",
    "tests.integration.people.visit_fixtures",
    "tests.integration.site.site_fixtures",
]


@pytest.fixture
def use_visitor_arrived(
    hass: HomeAssistant, office: Office, tmp_path: Path
) -> UseVisitorArrived:
    """Return a function that sets up the automation for the site."""

    async def _use(name: str = "visitor_arrived", **inputs: object) -> None:
        where = {"device_id": [office.site.device_id]}
        await use_blueprint(hass, tmp_path, name, **{"where": where, **inputs})

    return _use


async def arrive(office: Office, visits: Visits, **details: Any) -> None:
    """Let a visitor arrive at the entrance."""
    await visits.enroll(office.boxes.nested, **details)
    await office.sees(office.entrance, on(office.boxes.nested))


def make_person(hass: HomeAssistant, name: str, phone: Phone) -> None:
    """Create a Home Assistant person with a phone that has the app."""
    tracker = er.async_get(hass).async_get_or_create(
        "device_tracker",
        "mobile_app",
        name,
        config_entry=hass.config_entries.async_entries("mobile_app")[0],
        device_id=phone.device_id,
    )
    hass.states.async_set(
        f"person.{name.lower()}",
        "home",
        {
            "friendly_name": name,
            "device_trackers": [tracker.entity_id, "device_tracker.router"],
        },
    )


async def test_phone_gets_the_name_the_company_the_place_and_the_face(
    use_visitor_arrived: UseVisitorArrived,
    office: Office,
    visits: Visits,
    phone: Phone,
) -> None:
    """It is sent once. No Home Assistant person has the host's name."""
    await use_visitor_arrived(phones=[phone.device_id])
    await arrive(office, visits)
    message = await phone.next()
    door = office.boxes.nested.devices[0].name
    assert message["title"] == f"Your visitor is here{END}"
    assert message["message"] == f"Anna Smith, Acme · {door}{END}"
    image: str = message["data"]["image"]
    assert image.startswith("/api/se_aibox/picture/")
    assert image.endswith(f"/face{SMALL}")
    await office.sees(office.entrance, on(office.boxes.nested))
    assert phone.unread == 0


@pytest.mark.parametrize("host", ["Tom", " TOM "])
async def test_host_is_notified_on_their_own_phone(
    hass: HomeAssistant,
    use_visitor_arrived: UseVisitorArrived,
    office: Office,
    visits: Visits,
    phone: Phone,
    host: str,
) -> None:
    """The case of letters does not matter. A phone on the list is notified once."""
    make_person(hass, "Tom", phone)
    hass.states.async_set("person.ben", "home", {"friendly_name": "Ben"})
    await use_visitor_arrived(phones=[phone.device_id])
    await arrive(office, visits, host=host)
    assert len(phone.messages()) == 1


@pytest.mark.parametrize(
    ("host", "inputs"),
    [("Ben", {}), (None, {}), ("Tom", {"tell_host": False})],
)
async def test_phone_of_another_person_is_not_notified(
    hass: HomeAssistant,
    use_visitor_arrived: UseVisitorArrived,
    office: Office,
    visits: Visits,
    phone: Phone,
    host: str | None,
    inputs: dict[str, object],
) -> None:
    """Nor that of the host, if the user does not want it."""
    make_person(hass, "Tom", phone)
    await use_visitor_arrived(**inputs)
    await arrive(office, visits, host=host)
    assert phone.unread == 0


async def test_any_action_knows_the_visit(
    hass: HomeAssistant,
    use_visitor_arrived: UseVisitorArrived,
    office: Office,
    visits: Visits,
    phone: Phone,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It runs although the phone is out of reach."""
    phone.is_out_of_reach = True
    reports = FiredEvents(hass, REPORT)
    names = ("title", "message", "who", "where", "host", "company", "purpose", "until")
    told_data = {name: f"{{{{ {name} }}}}" for name in names}
    await use_visitor_arrived(
        phones=[phone.device_id],
        actions=[report(**told_data)],
    )
    await arrive(office, visits, company=None)
    [visit] = visits.all
    door = office.boxes.nested.devices[0].name
    local = dt_util.as_local(visit.visitor.valid_until)
    assert await reports.next() == {
        "title": "Your visitor is here",
        "message": f"Anna Smith · {door}",
        "who": "Anna Smith",
        "where": door,
        "host": "Tom",
        "company": "",
        "purpose": "Interview",
        "until": f"{local:%H:%M}",
    }
    caplog.clear()


async def test_name_with_markup_is_plain_text(
    use_visitor_arrived: UseVisitorArrived,
    office: Office,
    visits: Visits,
    phone: Phone,
) -> None:
    await use_visitor_arrived(phones=[phone.device_id], message="{{ who }}")
    await arrive(office, visits, name="<b>Anna</b> & {{ 1 + 1 }}")
    assert phone.messages() == ["＜b>Anna＜/b> ＆ {{ 1 + 1 }}"]


async def test_chinese_blueprint_speaks_chinese(
    use_visitor_arrived: UseVisitorArrived,
    office: Office,
    visits: Visits,
    phone: Phone,
) -> None:
    await use_visitor_arrived("zh-Hans/visitor_arrived", phones=[phone.device_id])
    await arrive(office, visits)
    message = await phone.next()
    door = office.boxes.nested.devices[0].name
    assert message["title"] == f"您的访客到了{END}"
    assert message["message"] == f"Anna Smith（Acme） · {door}{END}"
