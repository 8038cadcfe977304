"""Forms: what Discord refuses, and what the client would not send."""

from typing import Any

import pytest

from rehearsal.standin import Standin
from rehearsal.standin.filling import submit
from rehearsal.standin.form_modals import check_modal
from rehearsal.standin.refusals import Form, Refusal


def options(count: int, **other: Any) -> list[dict[str, Any]]:
    return [{"label": f"L{n}", "value": f"v{n}", **other} for n in range(count)]


def label(component: dict[str, Any], **other: Any) -> dict[str, Any]:
    return {"type": 18, "label": "Field", "component": {"custom_id": "f"} | component} | other


def modal(*parts: dict[str, Any], **other: Any) -> dict[str, Any]:
    return {"title": "T", "custom_id": "m", "components": [*parts]} | other


TEXT = {"type": 4, "style": 1}
RADIO = {"type": 21, "options": options(3)}
BOXES = {"type": 22, "options": options(3)}
SELECT = {"type": 3, "options": options(3)}


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (modal(label(TEXT), title="x" * 46), "title"),
        (modal(), "components"),
        (modal(*(label(TEXT | {"custom_id": str(n)}) for n in range(6))), "components"),
        (modal(label(TEXT, label="x" * 46)), "components.0.label"),
        (modal(label(TEXT, description="x" * 101)), "components.0.description"),
        (modal(label(TEXT | {"max_length": 4001})), "components.0.component.max_length"),
        (modal(label(TEXT | {"value": "xx", "max_length": 1})), "components.0.component.value"),
        (modal(label(TEXT | {"custom_id": "x" * 101})), "components.0.component.custom_id"),
        (modal(label(RADIO | {"options": options(1)})), "components.0.component.options"),
        (modal(label(RADIO | {"options": options(11)})), "components.0.component.options"),
        (modal(label(BOXES | {"options": options(11)})), "components.0.component.options"),
        (modal(label(SELECT | {"options": options(26)})), "components.0.component.options"),
        (modal(label({"type": 2})), "components.0.component.type"),
        (modal(label(TEXT), label(TEXT)), "components"),
    ],
)
def test_refused(data: dict[str, Any], place: str) -> None:
    form = Form()
    check_modal(form, (), data)
    with pytest.raises(Refusal) as caught:
        form.settle()
    assert (caught.value.status, caught.value.code) == (400, 50035)
    found: Any = caught.value.errors
    for step in place.split("."):
        found = found[step]
    assert found["_errors"]


@pytest.mark.parametrize("part", [TEXT, RADIO, BOXES, SELECT, {"type": 23}, {"type": 5}])
def test_taken(part: dict[str, Any]) -> None:
    form = Form()
    check_modal(form, (), modal(label(part), {"type": 10, "content": "words"}))
    form.settle()


@pytest.mark.parametrize(
    ("component", "given", "sent"),
    [
        (TEXT, "words", {"value": "words"}),
        (TEXT | {"value": "preset"}, None, {"value": "preset"}),
        (TEXT | {"required": False}, None, {"value": ""}),
        (RADIO, "L1", {"value": "v1"}),
        (RADIO | {"required": False}, None, {"value": None}),
        (BOXES, ["L0", "v2"], {"values": ["v0", "v2"]}),
        (BOXES | {"required": False, "min_values": 0}, [], {"values": []}),
        (SELECT, "L2", {"values": ["v2"]}),
        (SELECT | {"options": options(2) + options(1, default=True, value="p")}, None, {"values": ["p"]}),
        (SELECT | {"max_values": 2}, ["L0", "L1"], {"values": ["v0", "v1"]}),
        ({"type": 23}, True, {"value": True}),
        ({"type": 23, "default": True}, None, {"value": True}),
    ],
)
def test_sent(standin: Standin, component: Any, given: Any, sent: dict[str, Any]) -> None:
    data = submit(standin.world, modal(label(component)), {} if given is None else {"Field": given})
    (part,) = data["components"]
    assert part["component"] == {"type": component["type"], "custom_id": "f", "id": 0} | sent


@pytest.mark.parametrize(
    ("component", "given"),
    [
        (TEXT, ""),
        (TEXT, None),
        (TEXT | {"max_length": 3}, "four"),
        (TEXT | {"min_length": 3}, "x"),
        (RADIO, None),
        (RADIO, "L9"),
        (RADIO, ["L0", "L1"]),
        (BOXES, []),
        (BOXES | {"max_values": 1}, ["L0", "L1"]),
        (SELECT, []),
        (SELECT, ["L0", "L1"]),
        (SELECT | {"max_values": 2}, ["L0", "L0"]),
        ({"type": 5}, ["nobody"]),
    ],
)
def test_not_sent(standin: Standin, component: Any, given: Any) -> None:
    with pytest.raises(ValueError):
        submit(standin.world, modal(label(component)), {} if given is None else {"f": given})


def test_no_such_field(standin: Standin) -> None:
    with pytest.raises(LookupError):
        submit(standin.world, modal(label(TEXT)), {"Field": "x", "Other": "y"})


def test_people_chosen_come_resolved(standin: Standin) -> None:
    ada = standin.world.add_member("Ada")
    data = submit(standin.world, modal(label({"type": 5})), {"Field": [ada]})
    assert data["components"][0]["component"]["values"] == [str(ada.id)]
    assert data["resolved"]["users"][str(ada.id)]["username"] == "Ada"
