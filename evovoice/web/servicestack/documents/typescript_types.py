"""TypeScript classes for `@servicestack/client`, as the platform writes them for its own."""

from evovoice.web.servicestack.documents.dto_model import DtoModel, Table, dto_models
from evovoice.web.servicestack.documents.header import header, quoted, routes
from evovoice.web.servicestack.documents.json_schema import Kind, Plain, Property, name_of

_OPTIONS = ("MakePropertiesOptional: True", "//AddServiceStackTypes: True")
_INTERFACES = """\
export interface IReturn<T>
{
    createResponse(): T;
}

export interface IReturnVoid
{
    createResponse(): void;
}

export interface IGet
{
}

export interface IPost
{
}

export interface IPut
{
}

export interface IPatch
{
}

export interface IDelete
{
}"""
_PLAIN = {
    Plain.TEXT: "string",
    Plain.FLAG: "boolean",
    Plain.NUMBER: "number",
    Plain.DECIMAL: "number",
    Plain.TEXTS_BY_NAME: "{ [index: string]: string; }",
}


def typescript_module(table: Table, base_url: str, wanted: set[str] | None = None) -> str:
    """A whole file; of `wanted` types, in any case, with what they are made of."""
    head = header(base_url, _OPTIONS, dto_models(table, wanted) if wanted is not None else [])
    return "\n\n".join([head, _INTERFACES, *typescript_classes(table, wanted)]) + "\n"


def typescript_classes(table: Table, wanted: set[str] | None = None) -> list[str]:
    """The classes, each after those it needs."""
    return [_enum(one) if one.values else _class(one) for one in dto_models(table, wanted)]


def _enum(one: DtoModel) -> str:
    lines = [f"    {name} = '{name}'," for name in one.values]
    return "\n".join([_about(one.about), f"export enum {one.name}", "{", *lines, "}"])


def _class(one: DtoModel) -> str:
    extends = f" extends {one.base}" if one.base else ""
    head = f"export class {one.name}{extends}{_implements(one)}"
    above = [_about(one.about), *(f"// @{route}" for route in routes(one))]
    return "\n".join([*above, head, "{", *_lines(one), "}"])


def _implements(one: DtoModel) -> str:
    if one.row is None:
        return ""
    returns = f"IReturn<{one.response}>" if one.response else "IReturnVoid"
    return f" implements {returns}, I{one.verb.title()}"


def _lines(one: DtoModel) -> list[str]:
    lines = [line for part in one.parts for line in _property(part)]
    above = "super(init); " if one.base else ""
    assign = f"{{ {above}(Object as any).assign(this, init); }}"
    lines.append(f"    public constructor(init?: Partial<{one.name}>) {assign}")
    if one.row is not None:
        made = f"{{ return new {one.response}(); }}" if one.response else "{}"
        lines.append(f"    public getTypeName() {{ return '{one.name}'; }}")
        lines.append(f"    public getMethod() {{ return '{one.verb}'; }}")
        lines.append(f"    public createResponse() {made}")
    return lines


def _property(part: Property) -> list[str]:
    lines = [f"    {_about(part.about)}"] if part.about else []
    if part.location is not None:
        told = f'Description="{quoted(part.about)}", ParameterType="{part.location.value}"'
        lines.append(f"    // @ApiMember({told})")
    return [*lines, f"    public {part.key}?: {_hint(part.kind)};", ""]


def _about(text: str) -> str:
    return f"/** @description {text} */"


def _hint(kind: Kind) -> str:
    name = _PLAIN[kind.of] if isinstance(kind.of, Plain) else name_of(kind.of)
    return f"{name}[]" if kind.is_list else name
