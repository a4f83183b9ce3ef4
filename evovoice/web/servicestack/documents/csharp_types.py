"""C# classes for the `ServiceStack.Client` package, as the platform writes them for its own."""

from itertools import groupby

from evovoice.web.servicestack.documents.dto_model import DtoModel, Table, dto_models
from evovoice.web.servicestack.documents.header import header, quoted, routes
from evovoice.web.servicestack.documents.json_schema import Kind, Plain, Property, name_of
from evovoice.web.servicestack.formats.described import pascal

_OPTIONS = (
    "//GlobalNamespace: ", "//MakePartial: True", "//MakeVirtual: True",
    "//AddReturnMarker: True", "InitializeCollections: False",
)  # fmt: skip
_USED = (
    "System", "System.Collections", "System.Collections.Generic", "System.Runtime.Serialization",
    "ServiceStack", "ServiceStack.DataAnnotations",
)  # fmt: skip
_BROUGHT = frozenset(
    {"Authenticate", "AuthenticateResponse", "ResponseStatus", "ResponseError", "ErrorResponse"}
)
_PLAIN = {
    Plain.TEXT: "string",
    Plain.FLAG: "bool",
    Plain.NUMBER: "int",
    Plain.DECIMAL: "decimal",
    Plain.TEXTS_BY_NAME: "Dictionary<string, string>",
}


def csharp_module(table: Table, base_url: str, wanted: set[str] | None = None) -> str:
    """A whole file; of `wanted` types, in any case, with what they are made of."""
    known = sorted(dto_models(table, wanted, _BROUGHT), key=_namespace)
    by_namespace = {name: list(types) for name, types in groupby(known, _namespace)}
    used = "\n".join(f"using {name};" for name in (*_USED, *by_namespace))
    head = header(base_url, _OPTIONS, known if wanted is not None else [])
    return (
        "\n\n".join([head, used, *(_namespace_block(*one) for one in by_namespace.items())]) + "\n"
    )


def csharp_classes(table: Table, wanted: set[str] | None = None) -> list[str]:
    """The classes, each after those it needs; without those that the package brings itself."""
    return ["\n".join(_type(one)) for one in dto_models(table, wanted, _BROUGHT)]


def _namespace(one: DtoModel) -> str:
    """The part of XML's namespace that is C#'s: what stands after the month."""
    return one.namespace.rpartition("/")[2]


def _namespace_block(namespace: str, types: list[DtoModel]) -> str:
    lines = _apart([_type(one) for one in types])
    return "\n".join([f"namespace {namespace}", "{", *(line.rstrip() for line in lines), "}"])


def _type(one: DtoModel) -> list[str]:
    return _enum(one) if one.values else _class(one)


def _enum(one: DtoModel) -> list[str]:
    head = [*_about(one.about), f"public enum {one.name}"]
    return [*head, "{", *(f"    {name}," for name in one.values), "}"]


def _class(one: DtoModel) -> list[str]:
    bases = _bases(one)
    return [
        *_about(one.about),
        *(f"[{route}]" for route in routes(one)),
        f"public partial class {one.name}",
        *([f"    : {bases}"] if bases else []),
        "{",
        *_apart([_property(part) for part in one.parts]),
        "}",
    ]


def _apart(blocks: list[list[str]]) -> list[str]:
    """Indented, with an empty line after each that takes more than one."""
    lines: list[str] = []
    for block in blocks:
        lines += [""] if lines and len(block) > 1 else []
        lines += [f"    {line}" for line in block]
    return lines


def _bases(one: DtoModel) -> str | None:
    if one.row is None:
        return one.base
    returns = f"IReturn<{one.response}>" if one.response else "IReturnVoid"
    return f"{returns}, I{one.verb.title()}"


def _property(part: Property) -> list[str]:
    lines = _about(part.about) if part.about else []
    if part.location is not None:
        told = f'Description="{quoted(part.about)}", ParameterType="{part.location.value}"'
        lines.append(f"[ApiMember({told})]")
    return [*lines, f"public virtual {_hint(part)} {pascal(part.key)} {{ get; set; }}"]


def _about(text: str) -> list[str]:
    safe = text.replace("&", "&amp;").replace("<", "&lt;")
    return ["///<summary>", f"///{safe}", "///</summary>"]


def _hint(part: Property) -> str:
    """A request may leave anything out."""
    kind = part.kind
    if kind.is_list:
        return f"List<{_name(kind)}>"
    may_lack = part.location is not None and kind.of not in {Plain.TEXT, Plain.TEXTS_BY_NAME}
    return f"{_name(kind)}?" if may_lack else _name(kind)


def _name(kind: Kind) -> str:
    return _PLAIN[kind.of] if isinstance(kind.of, Plain) else name_of(kind.of)
