"""Whom a vault tells of certificates that expire.

https://learn.microsoft.com/rest/api/keyvault/certificates/set-certificate-contacts/set-certificate-contacts
"""

from typing import Any

from keyferry.lab.azure.keyvault import bodies, shapes
from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.bodies import Body
from keyferry.lab.azure.keyvault.calls import Answer, Call
from keyferry.lab.azure.keyvault.certificate import Contact


def get(call: Call) -> Answer:
    """Return the contacts. RefusedError (404) where none were ever set."""
    if not call.vault.objects.contacts:
        raise RefusedError(404, "ContactsNotFound", "The key vault has no certificate contacts.")
    return _answer(call, call.vault.objects.contacts)


def put(call: Call) -> Answer:
    """Set the contacts in place of those that were there."""
    body = bodies.read(call.request)
    contacts = tuple(_contact(each) for each in body.each("contacts"))
    if not contacts:
        raise body.refusal("contacts", "one is needed at least; delete them all by DELETE")
    call.vault.objects.contacts = contacts
    return _answer(call, contacts)


def delete(call: Call) -> Answer:
    """Forget the contacts and return those that were there."""
    answer = get(call)
    call.vault.objects.contacts = ()
    return answer


def _contact(body: Body) -> Contact:
    email = body.required("email")
    if "@" not in email:
        raise body.refusal("email", "it is no mail address")
    return Contact(email=email, name=body.text("name"), phone=body.text("phone"))


def _answer(call: Call, contacts: tuple[Contact, ...]) -> Answer:
    shown: list[dict[str, Any]] = []
    for each in contacts:
        texts = {"email": each.email, "name": each.name, "phone": each.phone}
        shown.append({name: text for name, text in texts.items() if text is not None})
    return Answer(content={"id": shapes.address(call.vault, "certificates", "contacts"), "contacts": shown})
