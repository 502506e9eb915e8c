"""Every operation of a vault: its name in the audit log, and the right that it needs in either permission model.

https://learn.microsoft.com/azure/key-vault/general/logging#interpret-your-key-vault-logs
https://learn.microsoft.com/azure/key-vault/general/rbac-guide (data actions)
https://learn.microsoft.com/rest/api/keyvault (the permission word is in each operation's description)
"""

from enum import Enum
from typing import Final, Literal

Kind = Literal["secrets", "keys", "certificates"]
_PREFIX: Final = "Microsoft.KeyVault/vaults/"


class Operation(Enum):
    """Audit name, data action below `Microsoft.KeyVault/vaults/`, and the word of an access policy for the kind."""

    SECRET_GET = ("SecretGet", "secrets/getSecret/action", "get")
    SECRET_SET = ("SecretSet", "secrets/setSecret/action", "set")
    SECRET_UPDATE = ("SecretUpdate", "secrets/update/action", "set")
    SECRET_LIST = ("SecretList", "secrets/readMetadata/action", "list")
    SECRET_LIST_VERSIONS = ("SecretListVersions", "secrets/readMetadata/action", "list")
    SECRET_DELETE = ("SecretDelete", "secrets/delete", "delete")
    SECRET_BACKUP = ("SecretBackup", "secrets/backup/action", "backup")
    SECRET_RESTORE = ("SecretRestore", "secrets/restore/action", "restore")
    SECRET_GET_DELETED = ("SecretGetDeleted", "secrets/readMetadata/action", "get")
    SECRET_LIST_DELETED = ("SecretListDeleted", "secrets/readMetadata/action", "list")
    SECRET_RECOVER = ("SecretRecover", "secrets/recover/action", "recover")
    SECRET_PURGE = ("SecretPurge", "secrets/purge/action", "purge")

    KEY_GET = ("KeyGet", "keys/read", "get")
    KEY_CREATE = ("KeyCreate", "keys/create/action", "create")
    KEY_IMPORT = ("KeyImport", "keys/import/action", "import")
    KEY_UPDATE = ("KeyUpdate", "keys/update/action", "update")
    KEY_LIST = ("KeyList", "keys/read", "list")
    KEY_LIST_VERSIONS = ("KeyListVersions", "keys/read", "list")
    KEY_DELETE = ("KeyDelete", "keys/delete", "delete")
    KEY_BACKUP = ("KeyBackup", "keys/backup/action", "backup")
    KEY_RESTORE = ("KeyRestore", "keys/restore/action", "restore")
    KEY_GET_DELETED = ("KeyGetDeleted", "keys/read", "get")
    KEY_LIST_DELETED = ("KeyListDeleted", "keys/read", "list")
    KEY_RECOVER = ("KeyRecover", "keys/recover/action", "recover")
    KEY_PURGE = ("KeyPurge", "keys/purge/action", "purge")
    KEY_ENCRYPT = ("KeyEncrypt", "keys/encrypt/action", "encrypt")
    KEY_DECRYPT = ("KeyDecrypt", "keys/decrypt/action", "decrypt")
    KEY_WRAP = ("KeyWrap", "keys/wrap/action", "wrapKey")
    KEY_UNWRAP = ("KeyUnwrap", "keys/unwrap/action", "unwrapKey")
    KEY_SIGN = ("KeySign", "keys/sign/action", "sign")
    KEY_VERIFY = ("KeyVerify", "keys/verify/action", "verify")
    KEY_ROTATE = ("KeyRotate", "keys/rotate/action", "rotate")
    KEY_GET_ROTATION_POLICY = ("KeyRotationPolicyGet", "keyrotationpolicies/read", "getrotationpolicy")
    KEY_SET_ROTATION_POLICY = ("KeyRotationPolicySet", "keyrotationpolicies/write", "setrotationpolicy")

    CERTIFICATE_GET = ("CertificateGet", "certificates/read", "get")
    CERTIFICATE_CREATE = ("CertificateCreate", "certificates/create/action", "create")
    CERTIFICATE_IMPORT = ("CertificateImport", "certificates/import/action", "import")
    CERTIFICATE_UPDATE = ("CertificateUpdate", "certificates/update/action", "update")
    CERTIFICATE_LIST = ("CertificateList", "certificates/read", "list")
    CERTIFICATE_LIST_VERSIONS = ("CertificateListVersions", "certificates/read", "list")
    CERTIFICATE_DELETE = ("CertificateDelete", "certificates/delete", "delete")
    CERTIFICATE_BACKUP = ("CertificateBackup", "certificates/backup/action", "backup")
    CERTIFICATE_RESTORE = ("CertificateRestore", "certificates/restore/action", "restore")
    CERTIFICATE_GET_DELETED = ("CertificateGetDeleted", "certificates/read", "get")
    CERTIFICATE_LIST_DELETED = ("CertificateListDeleted", "certificates/read", "list")
    CERTIFICATE_RECOVER = ("CertificateRecover", "certificates/recover/action", "recover")
    CERTIFICATE_PURGE = ("CertificatePurge", "certificates/purge/action", "purge")
    CERTIFICATE_GET_POLICY = ("CertificatePolicyGet", "certificates/read", "get")
    CERTIFICATE_UPDATE_POLICY = ("CertificatePolicyUpdate", "certificates/update/action", "update")
    CERTIFICATE_GET_PENDING = ("CertificatePendingGet", "certificates/read", "get")
    CERTIFICATE_UPDATE_PENDING = ("CertificatePendingUpdate", "certificates/update/action", "update")
    CERTIFICATE_DELETE_PENDING = ("CertificatePendingDelete", "certificates/update/action", "update")
    CERTIFICATE_MERGE = ("CertificatePendingMerge", "certificates/create/action", "create")
    # No role has a data action to read contacts alone; the one to write them is named "manage".
    CERTIFICATE_GET_CONTACTS = ("CertificateContactsGet", "certificatecontacts/write", "managecontacts")
    CERTIFICATE_SET_CONTACTS = ("CertificateContactsSet", "certificatecontacts/write", "managecontacts")
    CERTIFICATE_DELETE_CONTACTS = ("CertificateContactsDelete", "certificatecontacts/write", "managecontacts")
    CERTIFICATE_LIST_ISSUERS = ("CertificateIssuersList", "certificatecas/read", "listissuers")
    CERTIFICATE_GET_ISSUER = ("CertificateIssuerGet", "certificatecas/read", "getissuers")
    CERTIFICATE_SET_ISSUER = ("CertificateIssuerSet", "certificatecas/write", "setissuers")
    CERTIFICATE_UPDATE_ISSUER = ("CertificateIssuerUpdate", "certificatecas/write", "setissuers")
    CERTIFICATE_DELETE_ISSUER = ("CertificateIssuerDelete", "certificatecas/delete", "deleteissuers")

    @property
    def audit_name(self) -> str:
        """The name in the audit log."""
        return self.value[0]

    @property
    def data_action(self) -> str:
        """The data action that a role must allow."""
        return _PREFIX + self.value[1]

    @property
    def permission(self) -> tuple[Kind, str]:
        """What an access policy must grant: the kind of object, and the word among its permissions."""
        return self.kind, self.value[2]

    @property
    def kind(self) -> Kind:
        """The collection that the operation is about, as the addresses spell it."""
        if self.name.startswith("SECRET"):
            return "secrets"
        return "keys" if self.name.startswith("KEY") else "certificates"
