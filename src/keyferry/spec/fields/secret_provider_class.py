"""The fields of SecretProviderClass, none of them required, as upstream's schema has it.

What a class needs beyond that is found in spec.secret_provider_class, so that the API server takes every manifest that
upstream's would. https://secrets-store-csi-driver.sigs.k8s.io/concepts#secretproviderclass
"""

from keyferry.spec import rules
from keyferry.spec.fields.references import V1ALPHA1
from keyferry.spec.schema import Items, Table, Text, Texts


def spec() -> Table:
    """Return the fields under `spec`, the same in both versions."""
    return Table(
        doc="Which provider mounts what, and which Secrets are made of the mounted files.",
        fields={
            "provider": Text(doc="Name of the provider, in its own spelling, such as azure."),
            "parameters": Texts(
                doc="Settings of the provider. All values are text: put numbers, true and false in quotes.",
                of=Text(doc="A setting."),
            ),
            "secretObjects": Items(
                doc="Secrets of the cluster that get the bytes of mounted files, while a pod mounts them.",
                of=secret_object(),
            ),
        },
    )


def secret_object() -> Table:
    """Return the fields of one of `secretObjects`."""
    return Table(
        doc="One Secret.",
        fields={
            "secretName": Text(doc="Name of the Secret, in the namespace of the class.", rule=rules.dns_subdomain),
            "type": Text(doc="Type of the Secret, such as Opaque or kubernetes.io/tls."),
            "labels": Texts(doc="Labels of the Secret.", of=Text(doc="A label.")),
            "annotations": Texts(doc="Annotations of the Secret.", of=Text(doc="An annotation.")),
            "data": Items(doc="Its keys, and the file for each.", of=_key_source()),
        },
    )


def status(version: str) -> Table:
    """Return the fields under `status`, which nobody writes."""
    if version != V1ALPHA1:
        return Table(doc="Nothing: what pods mount stands in SecretProviderClassPodStatus.", fields={})
    pod = Table(
        doc="A pod.",
        fields={"id": Text(doc="Its id."), "namespace": Text(doc="Its namespace.")},
    )
    return Table(doc="What early versions wrote.", fields={"byPod": Items(doc="Pods that mount the class.", of=pod)})


def _key_source() -> Table:
    return Table(
        doc="One key.",
        fields={
            "objectName": Text(doc="Path of the mounted file: the object's alias, or its name where it has none."),
            "key": Text(doc="Key in the Secret."),
        },
    )
