"""The rows by which an agent finds whom to call (contract 2.8)."""

from dataclasses import dataclass

from evovoice.domain.values import Role
from evovoice.services.people import add_favorite, find_people, remove_favorite
from evovoice.web.dto.people import (
    DirectoryDestination,
    DirectoryDestinationSchema,
    DirectoryFound,
    GetDirectoryResponseSchema,
    directory_found,
    favorite_shown,
)
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import FieldLocation, TelephoneText, Text
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.request_schema import RequestSchema


class GetDirectorySchema(RequestSchema):
    search = Text(
        "search", FieldLocation.QUERY,
        "Part of a name, e-mail address, extension or number; left out: everybody", most=100,
    )  # fmt: skip


class AddFavoriteSchema(RequestSchema):
    destination = TelephoneText(
        "destination", FieldLocation.BODY, "A number, SIP address or colleague", load_default="",
        filled=True,
    )  # fmt: skip
    name = Text("name", FieldLocation.BODY, "What to call it; left out: its own name")


class RemoveFavoriteSchema(RequestSchema):
    destination = TelephoneText(
        "destination", FieldLocation.QUERY, "As GetDirectory tells it", load_default="", filled=True
    )


@dataclass(frozen=True, slots=True)
class GetDirectoryRequest:
    search: str | None


@dataclass(frozen=True, slots=True)
class AddFavoriteRequest:
    destination: str
    name: str | None


@dataclass(frozen=True, slots=True)
class RemoveFavoriteRequest:
    destination: str


def _get_directory(context: RequestContext, asked: GetDirectoryRequest) -> DirectoryFound:
    found = find_people(context.app, context.user, asked.search or "")
    return directory_found(found, context.app.clock())


def _add_favorite(context: RequestContext, asked: AddFavoriteRequest) -> DirectoryDestination:
    return favorite_shown(add_favorite(context.app, context.user, asked.destination, asked.name))


def _remove_favorite(context: RequestContext, asked: RemoveFavoriteRequest) -> None:
    remove_favorite(context.app, context.user, asked.destination)


OPERATIONS = (
    Operation(
        name="GetDirectory",
        description="Finds whom the agent can call: colleagues, recent and favorite destinations.",
        verbs=("GET",),
        routes=("/directory",),
        role=Role.USER,
        request_schema=GetDirectorySchema(),
        request_type=GetDirectoryRequest,
        response_schema=GetDirectoryResponseSchema(),
        handler=_get_directory,
    ),
    Operation(
        name="AddFavorite",
        description="Keeps a destination among the agent's favorites, or gives it another name.",
        verbs=("POST",),
        routes=("/directory/favorites",),
        role=Role.USER,
        request_schema=AddFavoriteSchema(),
        request_type=AddFavoriteRequest,
        response_schema=DirectoryDestinationSchema(),
        handler=_add_favorite,
    ),
    Operation(
        name="RemoveFavorite",
        description="Takes a destination out of the agent's favorites.",
        verbs=("DELETE",),
        routes=("/directory/favorites",),
        role=Role.USER,
        request_schema=RemoveFavoriteSchema(),
        request_type=RemoveFavoriteRequest,
        response_schema=None,
        handler=_remove_favorite,
    ),
)
