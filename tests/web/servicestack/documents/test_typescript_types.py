"""The TypeScript types are shaped as the platform's own; tests/clients compiles them."""

from evovoice.web.operations import TABLE
from tests.web.doubles import WebApp


def _text(web: WebApp, query: str = "") -> str:
    response = web.client.get(f"/types/typescript{query}")
    assert 200 == response.status_code
    assert "text/plain; charset=utf-8" == response.headers["Content-Type"]
    return response.text


def test_file_begins_with_the_options_of_the_platforms_tools(web: WebApp) -> None:
    lines = _text(web).splitlines()
    assert "/* Options:" == lines[0]
    assert "BaseUrl: https://voice.example.com" in lines
    assert "MakePropertiesOptional: True" in lines
    assert "//IncludeTypes: " in lines


def test_classes_are_as_the_platform_writes_them(web: WebApp) -> None:
    text = _text(web)
    for line in (
        '// @Route("/sessions/{SessionId}/conference/members", "POST")',
        "export class AddConferenceMember implements IReturn<SessionInfo>, IPost",
        "    public destination?: string;",
        "    public getTypeName() { return 'AddConferenceMember'; }",
        "    public getMethod() { return 'POST'; }",
        "    public createResponse() { return new SessionInfo(); }",
        "export class EndSession implements IReturnVoid, IDelete",
        "    public createResponse() {}",
        "export class SessionInfo extends EntityInfo",
        "    public members?: SessionMemberInfo[];",
        "    public applicationData?: { [index: string]: string; };",
        "    public ended?: boolean;",
        "export enum SessionDialState",
        "    Active = 'Active',",
        "export class ResponseStatus",
    ):
        assert f"{line}\n" in text, line
    extended = "super(init); (Object as any).assign(this, init); }"
    assert f"constructor(init?: Partial<SessionInfo>) {{ {extended}" in text


def test_every_operation_has_its_class(web: WebApp) -> None:
    text = _text(web)
    for row in TABLE:
        assert f"export class {row.name} implements " in text


def test_only_some_types_with_what_they_need(web: WebApp) -> None:
    text = _text(web, "?includetypes=EndSession,customerbreadcrumb.*")
    assert "IncludeTypes: CustomerBreadcrumb,EndSession" in text.splitlines()
    assert 2 == text.count("export class ")
    assert "export class SessionInfo extends" in _text(web, "?IncludeTypes=HoldSession")


def test_what_is_asked_for_is_not_echoed(web: WebApp) -> None:
    assert "alert" not in _text(web, "?IncludeTypes=*/alert(1)/*")
