"""The three kinds of objects, and finding one of them: each refusal has the kind's own words and code.

https://learn.microsoft.com/azure/key-vault/general/rest-error-codes
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.calls import Call
from keyferry.lab.azure.keyvault.certificate import Certificate
from keyferry.lab.azure.keyvault.key import Key
from keyferry.lab.azure.keyvault.objects import Objects
from keyferry.lab.azure.keyvault.rights import Kind as Plural
from keyferry.lab.azure.keyvault.secret import Secret
from keyferry.lab.azure.keyvault.shelf import Deleted, Named, Shelf

T = TypeVar("T", bound=Named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[T]):
    """One kind: `word` is Secret, Key or Certificate, `plural` as in addresses."""

    word: str
    plural: Plural
    shelf_of: Callable[[Objects], Shelf[T]]

    def shelf(self, call: Call) -> Shelf[T]:
        """Return where the vault of the call keeps objects of this kind."""
        return self.shelf_of(call.vault.objects)

    def find(self, call: Call) -> T:
        """Return the object that the call names. RefusedError (404) where there is none."""
        found = self.shelf(call).find(call.route.name, call.seconds)
        if found is None:
            raise self.not_found(call.route.name)
        return found

    def find_deleted(self, call: Call) -> Deleted[T]:
        """Return the deleted object that the call names. RefusedError (404) where none can be seen."""
        gone = self.shelf(call).deleted.get(call.route.name.lower())
        if gone is None or gone.visible > call.seconds:
            raise RefusedError(404, f"{self.word}NotFound", f"Deleted {self.word} not found: {call.route.name}")
        return gone

    def not_found(self, what: str) -> RefusedError:
        """Return the refusal for a name, or name/version, that nothing has."""
        message = f"A {self.word.lower()} with (name/id) {what} was not found in this key vault."
        return RefusedError(404, f"{self.word}NotFound", message)

    def refuse_taken(self, call: Call, name: str) -> None:
        """Return if a new version may be written under the name. RefusedError (409) during and after a deletion."""
        gone = self.shelf(call).deleted.get(name.lower())
        if gone is not None and gone.visible > call.seconds:
            raise self.conflict(gone.item.name, "is being deleted", "ObjectIsBeingDeleted")
        if gone is not None:
            raise self.conflict(gone.item.name, "is deleted but recoverable", "ObjectIsDeletedButRecoverable")
        self.refuse_recovering(call, name)

    def refuse_recovering(self, call: Call, name: str) -> None:
        """Return if no recovery of the name is under way. RefusedError (409) otherwise."""
        if self.shelf(call).is_recovering(name, call.seconds):
            raise self.conflict(name, "is being recovered", "ObjectIsBeingRecovered")

    def refuse_moving(self, call: Call) -> None:
        """Return if nothing of the call's name is on its way in or out. RefusedError (409) otherwise."""
        gone = self.shelf(call).deleted.get(call.route.name.lower())
        if gone is not None and gone.visible > call.seconds:
            raise self.conflict(gone.item.name, "is being deleted", "ObjectIsBeingDeleted")
        self.refuse_recovering(call, call.route.name)

    def refuse_certificate(self, call: Call, verb: str, name: str) -> None:
        """Return if no certificate has the name, not even one whose first version is still to come.

        RefusedError as for what a certificate manages, or as for a deleted name.
        """
        self.refuse_managed(verb, managed=name.lower() in call.vault.objects.certificates.live)
        CERTIFICATES.refuse_taken(call, name)

    def refuse_present(self, call: Call, name: str) -> None:
        """Return if nothing lives under the name. RefusedError (409) otherwise."""
        if name.lower() in self.shelf(call).live:
            raise self.conflict(name, "is there already", "")

    def conflict(self, name: str, state: str, inner: str) -> RefusedError:
        """Return the refusal for a name whose object is in the wrong state."""
        message = f"The {self.word.lower()} {name} {state}, so its name cannot be used now."
        return RefusedError(409, "Conflict", message, inner)

    def refuse_managed(self, verb: str, *, managed: bool) -> None:
        """Return if the object is its caller's own. RefusedError (403) where it belongs to a certificate.

        https://github.com/hashicorp/terraform-provider-azurerm/issues/5659 has an answer of the service.
        """
        if managed:
            message = f"The operation {verb} is not allowed, as a certificate manages this {self.word.lower()}."
            raise RefusedError(403, "Forbidden", message, f"{self.word}ManagedByKeyVault")


SECRETS: Final[Kind[Secret]] = Kind(word="Secret", plural="secrets", shelf_of=lambda objects: objects.secrets)
KEYS: Final[Kind[Key]] = Kind(word="Key", plural="keys", shelf_of=lambda objects: objects.keys)
CERTIFICATES: Final[Kind[Certificate]] = Kind(
    word="Certificate", plural="certificates", shelf_of=lambda objects: objects.certificates
)
