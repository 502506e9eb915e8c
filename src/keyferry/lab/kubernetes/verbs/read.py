"""get and list."""

from keyferry.lab.kubernetes import status
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.requests import negotiation, options
from keyferry.lab.kubernetes.requests.options import ListOptions
from keyferry.lab.kubernetes.storage import pages, selectors
from keyferry.lab.kubernetes.storage.journal import Key, Stored
from keyferry.lab.kubernetes.storage.pages import Place
from keyferry.lab.kubernetes.storage.selectors import Selector
from keyferry.lab.kubernetes.verbs import presentation
from keyferry.lab.kubernetes.verbs.call import Call
from keyferry.lab.world.http import Response


def get(call: Call) -> Response:
    """Answer with the object of the path."""
    form = accepted(call)
    asked = options.revision(call.request.parameter("resourceVersion"))
    _refuse_the_future(call, asked)
    stored = call.existing()
    return presentation.response(200, presentation.one(stored, call.resource, form, call.now), form, call.warnings)


def list_(call: Call) -> Response:
    """Answer with the objects of the kind, in the path's namespace or everywhere, a page at a time if asked."""
    form = accepted(call)
    asked = options.for_list(call.request, watch=False)
    place = _place(call, asked)
    found = select(call, place.revision, selector(call, asked), after=place.after)
    shown = found[: asked.limit] if asked.limit else found
    metadata: Object = {"resourceVersion": str(place.revision)}
    if len(shown) < len(found):
        metadata["continue"] = pages.write(Place(revision=place.revision, after=shown[-1].key))
        if not asked.label_selector and not asked.field_selector:
            metadata["remainingItemCount"] = len(found) - len(shown)
    body = presentation.many(shown, call.resource, form, call.now, metadata)
    return presentation.response(200, body, form, call.warnings)


def accepted(call: Call) -> negotiation.Form:
    """Return the form that the client wants the answer in."""
    return negotiation.form(call.request.headers.get("accept", ""), call.request.parameter("includeObject"))


def selector(call: Call, asked: ListOptions) -> Selector | None:
    """Return what the selectors of the request let through, None for everything."""
    return selectors.both(
        selectors.labels(asked.label_selector),
        selectors.fields(asked.field_selector, call.resource.selectable_fields),
    )


def select(call: Call, revision: int, chosen: Selector | None, after: Key = ("", "")) -> list[Stored]:
    """Return the objects of the path as they were at `revision`, in order, those after `after` alone."""
    found = call.journal.at(revision)
    namespace = call.route.namespace
    keys = sorted(key for key in found if key > after and (not namespace or key[0] == namespace))
    every = (found[key] for key in keys)
    return [stored for stored in every if chosen is None or chosen(call.resource.view(stored.document))]


def _place(call: Call, asked: ListOptions) -> Place:
    if asked.continue_token:
        place = pages.read(asked.continue_token)
        if place.revision < call.journal.floor:
            raise status.expired(pages.EXPIRED)
        return place
    _refuse_the_future(call, asked.resource_version)
    if asked.match == "Exact" and asked.resource_version is not None:
        if asked.resource_version < call.journal.floor:
            floor = call.journal.floor
            raise status.expired(
                f"The resourceVersion for the provided list is too old: {asked.resource_version} ({floor})"
            )
        return Place(revision=asked.resource_version, after=("", ""))
    return Place(revision=call.store.revision, after=("", ""))


def _refuse_the_future(call: Call, asked: int | None) -> None:
    if asked is not None and asked > call.store.revision:
        raise status.future_version(asked, call.store.revision)
