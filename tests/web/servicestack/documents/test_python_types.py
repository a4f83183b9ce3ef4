"""The Python types are valid, run, and are what the package's client needs."""

import sys
from dataclasses import fields, is_dataclass
from types import ModuleType, SimpleNamespace
from typing import Any, Generic, TypeVar

import pytest

from evovoice.web.operations import TABLE
from tests.web.doubles import WebApp

_T = TypeVar("_T")
_OF_PACKAGE = {"Authenticate", "AuthenticateResponse", "ResponseStatus", "ResponseError"}


class _Return(Generic[_T]):
    pass


def _stub(name: str, **known: Any) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(known)
    return module


@pytest.fixture(autouse=True)
def _packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The names that are used of packages which do not live with our marshmallow."""
    markers = {f"I{verb}": type(f"I{verb}", (), {}) for verb in _VERBS}
    known = {"IReturn": _Return, "IReturnVoid": type("IReturnVoid", (), {}), **markers}
    brought = {name: type(name, (), {}) for name in _OF_PACKAGE}
    monkeypatch.setitem(sys.modules, "servicestack", _stub("servicestack", **known, **brought))
    stub = _stub(
        "dataclasses_json",
        dataclass_json=lambda **_: lambda one: one,
        LetterCase=SimpleNamespace(CAMEL="camel"),
        Undefined=SimpleNamespace(EXCLUDE="exclude"),
        config=lambda **given: given,
    )
    monkeypatch.setitem(sys.modules, "dataclasses_json", stub)


_VERBS = ("Get", "Post", "Put", "Patch", "Delete", "Options")


def _text(web: WebApp, query: str = "") -> str:
    response = web.client.get(f"/types/python{query}")
    assert 200 == response.status_code
    assert "text/plain; charset=utf-8" == response.headers["Content-Type"]
    return response.text


def _run(text: str) -> SimpleNamespace:
    name = "served_types"
    module = ModuleType(name)
    sys.modules[name] = module
    try:
        exec(compile(text, "served", "exec"), vars(module))  # noqa: S102
    finally:
        del sys.modules[name]
    return SimpleNamespace(**vars(module))


def test_module_is_python_and_imports_in_the_contracts_order_c68(web: WebApp) -> None:
    text = _text(web)
    _run(text)
    imports = [line.split()[1] for line in text.splitlines() if line.startswith(("import", "from"))]
    assert [
        "datetime", "decimal", "marshmallow.fields", "servicestack", "typing",
        "dataclasses", "dataclasses_json", "enum",
    ] == imports  # fmt: skip


def test_every_operation_has_its_class_and_marker_c69(web: WebApp) -> None:
    module = _run(_text(web))
    for row in TABLE:
        if row.name not in _OF_PACKAGE:
            made = getattr(module, row.name)()
            assert is_dataclass(made)
            assert all(getattr(made, one.name) is None for one in fields(made))


def test_classes_are_as_the_published_ones_c69(web: WebApp) -> None:
    text = _text(web)
    assert (
        "@dataclass_json(letter_case=LetterCase.CAMEL, undefined=Undefined.EXCLUDE)\n"
        "@dataclass\n"
        "class AddConferenceMember(IReturn[SessionInfo], IPost):\n"
        "    session_id: Optional[str] = None\n"
        "    call_sid: Optional[str] = None\n"
        "    destination: Optional[str] = None\n"
        "    from_number: Optional[str] = None\n"
    ) in text
    assert "class EndSession(IReturnVoid, IDelete):" in text
    assert "class SessionDialState(str, Enum):\n    NONE = 'None'\n    ACTIVE = 'Active'" in text
    assert "    members: Optional[List[SessionMemberInfo]] = None" in text
    assert "    application_data: Optional[Dict[str, str]] = None" in text
    assert "    queue_state: Optional[SessionQueueStates] = None" in text
    assert not [name for name in _OF_PACKAGE if f"class {name}" in text]


def test_session_info_has_its_base_first_c69(web: WebApp) -> None:
    module = _run(_text(web))
    names = [one.name for one in fields(module.SessionInfo)]
    assert 48 == len(names)
    assert ["id", "date_created", "date_last_modified", "created_by", "last_modified_by"] == (
        names[:5]
    )
    assert issubclass(module.SessionInfo, module.EntityInfo)


def test_only_some_types_with_what_they_need_c69(web: WebApp) -> None:
    text = _text(web, "?IncludeTypes=EndSession,CustomerBreadcrumb")
    module = _run(text)
    assert 2 == text.count("@dataclass\n")
    assert module.EndSession
    assert module.CustomerBreadcrumb
    whole = _run(_text(web, "?includetypes=HoldSession"))
    assert whole.SessionInfo
    assert not hasattr(whole, "AddConferenceMember")
