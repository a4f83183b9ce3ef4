"""The C# types are shaped as the platform's own."""

from evovoice.web.operations import TABLE
from tests.web.doubles import WebApp

_BROUGHT = {"Authenticate"}


def _text(web: WebApp, query: str = "") -> str:
    response = web.client.get(f"/types/csharp{query}")
    assert 200 == response.status_code
    assert "text/plain; charset=utf-8" == response.headers["Content-Type"]
    return response.text


def test_file_uses_the_namespaces_it_declares(web: WebApp) -> None:
    text = _text(web)
    dto_models = [line.split()[1] for line in text.splitlines() if line.startswith("namespace ")]
    assert ["Voice.Api", "Voice.Api.Customers", "Voice.Api.Sessions"] == dto_models
    assert all(f"using {name};\n" in text for name in ["System", "ServiceStack", *dto_models])
    assert text.count("{") == text.count("}")


def test_classes_are_as_the_platform_writes_them(web: WebApp) -> None:
    text = _text(web)
    assert (
        "    ///<summary>\n"
        "    ///Adds a party to the call, which becomes a conference if it is not one yet.\n"
        "    ///</summary>\n"
        '    [Route("/sessions/{SessionId}/conference/members", "POST")]\n'
        "    public partial class AddConferenceMember\n"
        "        : IReturn<SessionInfo>, IPost\n"
        "    {\n"
        "        ///<summary>\n"
        "        ///Which session\n"
        "        ///</summary>\n"
        '        [ApiMember(Description="Which session", ParameterType="path")]\n'
        "        public virtual string SessionId { get; set; }\n"
    ) in text
    for line in (
        "        : IReturnVoid, IDelete",
        "        : EntityInfo",
        "        public virtual List<SessionMemberInfo> Members { get; set; }",
        "        public virtual Dictionary<string, string> ApplicationData { get; set; }",
        "        public virtual bool Ended { get; set; }",
        "    public enum SessionDialState",
    ):
        assert f"{line}\n" in text, line


def test_request_may_leave_out_what_an_answer_always_has(web: WebApp) -> None:
    text = _text(web)
    assert "        public virtual bool? Muted { get; set; }\n" in text
    assert "        public virtual SessionHoldReasons? Reason { get; set; }\n" in text
    assert "        public virtual SessionHoldReasons HoldReason { get; set; }\n" in text


def test_every_operation_has_its_class_but_what_the_package_brings(web: WebApp) -> None:
    text = _text(web)
    for row in TABLE:
        assert (row.name not in _BROUGHT) == (f"public partial class {row.name}\n" in text)


def test_only_some_types_with_what_they_need(web: WebApp) -> None:
    text = _text(web, "?IncludeTypes=EndSession")
    assert 1 == text.count("public partial class ")
    assert "using Voice.Api.Customers;" not in text
    assert "class EntityInfo" in _text(web, "?IncludeTypes=HoldSession")
