"""XML: names, namespaces and order of a .NET data contract; requests without tricks (C61-C64)."""

from typing import Any
from xml.etree import ElementTree

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from evovoice.web.dto.session_schemas import GetMySessionsResponseSchema, SessionInfoSchema
from evovoice.web.refusals import UnreadableBody
from evovoice.web.servicestack.error_schemas import ErrorResponseSchema
from evovoice.web.servicestack.formats.described import PLATFORM, SESSIONS, Described, Field, Kind
from evovoice.web.servicestack.formats.xml_format import read_xml, write_xml
from evovoice.web.servicestack.response_schema import described
from tests.web.servicestack.formats.examples import SESSION

ENTITY = "http://schemas.datacontract.org/2004/07/Voice.Api"
CUSTOMERS = ENTITY + ".Customers"
ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r"),
    max_size=20,
)


def _session() -> ElementTree.Element:
    return fromstring(write_xml(described(SessionInfoSchema), SESSION))


def _spaces(element: ElementTree.Element) -> set[str]:
    return {str(child.tag)[1:].partition("}")[0] for child in element}


def test_declaration_and_root_to_the_byte_c61() -> None:
    text = write_xml(described(SessionInfoSchema), SESSION)
    assert text.startswith(
        '<?xml version="1.0" encoding="utf-8"?><SessionInfo'
        ' xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
        ' xmlns="http://schemas.datacontract.org/2004/07/Voice.Api.Sessions">'
        '<CreatedBy i:nil="true" xmlns="http://schemas.datacontract.org/2004/07/Voice.Api" />'
    )
    assert '<AccountId>a1</AccountId><AccountName>Acme, "Main"</AccountName>' in text
    assert '<AnsweredById i:nil="true" />' in text


def test_types_live_in_their_namespaces_c61() -> None:
    session = _session()
    assert [ENTITY] * 5 + [SESSIONS] * 43 == [str(c.tag)[1:].partition("}")[0] for c in session]
    crumb = session.find(f"{{{SESSIONS}}}CustomerBreadcrumb/{{{CUSTOMERS}}}CustomerBreadcrumb")
    assert crumb is not None
    assert {CUSTOMERS} == _spaces(crumb)
    member = session.find(f"{{{SESSIONS}}}Members/{{{SESSIONS}}}SessionMemberInfo")
    assert member is not None
    assert {SESSIONS} == _spaces(member)


def test_inherited_elements_come_first_each_group_in_ordinal_order_c62() -> None:
    names = [str(child.tag).rpartition("}")[2] for child in _session()]
    assert ["CreatedBy", "DateCreated", "DateLastModified", "Id", "LastModifiedBy"] == names[:5]
    assert sorted(names[5:]) == names[5:]
    assert names.index("CallSid") < names.index("CallState") < names.index("CallbackNumber")


def test_values_lists_and_nothing_c62() -> None:
    session = _session()
    outcome = session.find(f"{{{SESSIONS}}}Outcome")
    assert outcome is not None
    assert {NIL: "true"} == outcome.attrib
    assert "false" == session.findtext(f"{{{SESSIONS}}}Ended")
    assert "Connected" == session.findtext(f"{{{SESSIONS}}}CallState")
    log = session.find(f"{{{SESSIONS}}}Log")
    assert log is not None
    assert [] == list(log)
    members = session.findall(f"{{{SESSIONS}}}Members/{{{SESSIONS}}}SessionMemberInfo")
    flags = [member.findtext(f"{{{SESSIONS}}}IsOriginalMember") for member in members]
    assert ["true", "true", "false"] == flags


def test_wrappers_and_lists_have_their_roots_c62() -> None:
    wrapper = fromstring(write_xml(described(GetMySessionsResponseSchema), {"sessions": [SESSION]}))
    assert f"{{{SESSIONS}}}GetMySessionsResponse" == wrapper.tag
    assert 1 == len(wrapper.findall(f"{{{SESSIONS}}}Sessions/{{{SESSIONS}}}SessionInfo"))
    batch = fromstring(write_xml(described(SessionInfoSchema), [SESSION, SESSION]))
    assert f"{{{SESSIONS}}}ArrayOfSessionInfo" == batch.tag
    assert [f"{{{SESSIONS}}}SessionInfo"] * 2 == [child.tag for child in batch]


def test_application_data_is_pairs_of_key_and_value_c63() -> None:
    path = f"{{{SESSIONS}}}Members/{{{SESSIONS}}}SessionMemberInfo/{{{SESSIONS}}}ApplicationData"
    pairs = _session().findall(f"{path}/{{{ARRAYS}}}KeyValueOfstringstring")
    found = [[(c.tag, c.text) for c in pair] for pair in pairs]
    key, value = f"{{{ARRAYS}}}Key", f"{{{ARRAYS}}}Value"
    assert [[(key, "memberId"), (value, "m3")], [(key, "status"), (value, "queued")]] == found


def test_list_of_texts_is_strings_c62() -> None:
    type_ = Described("T", PLATFORM, (Field("roles", Kind.TEXTS, namespace=PLATFORM),))
    root = fromstring(write_xml(type_, {"roles": ["a", "b<"]}))
    assert ["a", "b<"] == [e.text for e in root.iterfind(f"*/{{{ARRAYS}}}string")]


def test_error_has_its_own_namespace_c61_c26() -> None:
    error = {"errorCode": "NotEmpty", "fieldName": "Destination", "message": "m"}
    status = {"errorCode": "NotEmpty", "message": "m", "errors": [error], "meta": {"a": "b"}}
    root = fromstring(write_xml(described(ErrorResponseSchema), {"responseStatus": status}))
    types = "{http://schemas.servicestack.net/types}"
    assert f"{types}ErrorResponse" == root.tag
    assert "NotEmpty" == root.findtext(f"{types}ResponseStatus/{types}ErrorCode")
    path = f"{types}ResponseStatus/{types}Errors/{types}ResponseError/{types}FieldName"
    assert "Destination" == root.findtext(path)


def test_what_xml_cannot_hold_is_replaced_c61() -> None:
    type_ = Described("T", PLATFORM, (Field("a", namespace=PLATFORM),))
    root = fromstring(write_xml(type_, {"a": "x\0\x1f\ud800\ufffe"}).encode("utf-8"))
    assert "x" + "\ufffd" * 4 == root.findtext(f"{{{PLATFORM}}}A")


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), TEXTS))
def test_what_is_written_is_read_again_c64(row: dict[str, str]) -> None:
    type_ = Described("T", PLATFORM, tuple(Field(key, namespace=PLATFORM) for key in "abc"))
    read = read_xml(write_xml(type_, row).encode())
    assert {"A": None, "B": None, "C": None} | {k.upper(): v for k, v in row.items()} == read


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<Add><Destination>+1</Destination><CallSid>CA02</CallSid></Add>",
         {"Destination": "+1", "CallSid": "CA02"}),
        ('<a xmlns="urn:x"><callsid>CA02</callsid></a>', {"callsid": "CA02"}),
        ('<x:a xmlns:x="urn:x"><x:CallSid>CA02</x:CallSid></x:a>', {"CallSid": "CA02"}),
        ('<?xml version="1.0"?>\n<a> <B>a &amp; b</B> </a>', {"B": "a & b"}),
        ('<a xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><B i:nil="true" /><C/></a>',
         {"B": None, "C": ""}),
        ("<a><L><string>x</string><string>y</string></L></a>", {"L": ["x", "y"]}),
        ("<a/>", {}), ("<a><B>x<!-- y --></B><![CDATA[z]]></a>", {"B": "x"}),
    ],
)  # fmt: skip
def test_request_is_read_whatever_its_order_and_namespace_c64(
    body: str, expected: dict[str, Any]
) -> None:
    assert expected == read_xml(body.encode())


BROKEN = [
    "", "x", "<a>", "<a></b>", "<a>&b;</a>", "<a>&#0;</a>", "<a>&#xD800;</a>", "<a/><b/>", "<a b/>",
    "<!DOCTYPE a><a/>", '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "<a>\0</a>",
    '<!DOCTYPE a [<!ENTITY b "c">]><a><B>&b;</B></a>',
    '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a><B>&b;</B></a>',
    '<!DOCTYPE a [<!ENTITY % b SYSTEM "http://127.0.0.1/x"> %b;]><a/>',
    '<!DOCTYPE a [<!ENTITY b "' + "c" * 9000 + '">]><a>' + "&b;" * 9000 + "</a>",
    "<a>" * 33 + "</a>" * 33, "<a>" * 20_000, "<a>" * 9_000 + "</a>" * 9_000, "<x:a/>",
]  # fmt: skip


@pytest.mark.parametrize("body", BROKEN)
def test_what_is_no_harmless_xml_is_refused_c64(body: str) -> None:
    with pytest.raises(UnreadableBody, match="Could not read the XML body: "):
        read_xml(body.encode())
