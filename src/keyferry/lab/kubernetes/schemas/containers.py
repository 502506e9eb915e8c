"""The containers of a pod: environment, ports, mounts, probes, resources, security."""

from keyferry.lab.kubernetes.schemas.shapes import (
    Schema,
    atomic,
    boolean,
    int_or_string,
    integer,
    keyed,
    list_of,
    map_of,
    opaque,
    string,
    strings,
    struct,
)

QUANTITIES = "Amounts by resource, such as cpu: 100m."


def key_of(thing: str) -> Schema:
    """Return the schema of one key of a Secret or ConfigMap of the pod's namespace."""
    return atomic(
        struct(
            f"One key of a {thing}.",
            {
                "name": string(f"Name of the {thing}.", default=""),
                "key": string("The key."),
                "optional": boolean("True starts the container even where it is missing."),
            },
            required=("key",),
        )
    )


def source_of(thing: str) -> Schema:
    """Return the schema of all keys of a Secret or ConfigMap."""
    return struct(
        f"All keys of a {thing}.",
        {
            "name": string(f"Name of the {thing}.", default=""),
            "optional": boolean("True starts the container even where it is missing."),
        },
    )


FIELD_REFERENCE = atomic(
    struct(
        "A field of the pod itself.",
        {"apiVersion": string("Version of the path; v1."), "fieldPath": string("Path, such as metadata.name.")},
        required=("fieldPath",),
    )
)

RESOURCE_FIELD_REFERENCE = atomic(
    struct(
        "A limit or request of a container.",
        {
            "containerName": string("The container; needed in volumes."),
            "resource": string("Such as limits.cpu."),
            "divisor": int_or_string("Unit of the value."),
        },
        required=("resource",),
    )
)

ENV = struct(
    "One environment variable.",
    {
        "name": string("Name of the variable."),
        "value": string("Its value; $(NAME) stands for an earlier variable."),
        "valueFrom": struct(
            "Where the value comes from; one of them.",
            {
                "secretKeyRef": key_of("Secret"),
                "configMapKeyRef": key_of("ConfigMap"),
                "fieldRef": FIELD_REFERENCE,
                "resourceFieldRef": RESOURCE_FIELD_REFERENCE,
                "fileKeyRef": opaque("One key of a file in a volume."),
            },
        ),
    },
    required=("name",),
)

ENV_FROM = struct(
    "A source whose keys all become variables.",
    {
        "prefix": string("Put before each key."),
        "secretRef": source_of("Secret"),
        "configMapRef": source_of("ConfigMap"),
    },
)

PORT = struct(
    "A port that the container listens on.",
    {
        "name": string("Name for Services to refer to."),
        "containerPort": integer("The port's number."),
        "hostPort": integer("The number on the node, if it shall be open there."),
        "hostIP": string("The node's address to bind to."),
        "protocol": string("TCP, UDP or SCTP.", default="TCP"),
    },
    required=("containerPort",),
)

VOLUME_MOUNT = struct(
    "Where a volume appears in the container.",
    {
        "name": string("Name of the volume."),
        "mountPath": string("Path in the container."),
        "subPath": string("Only this path of the volume; such a mount never changes."),
        "subPathExpr": string("As subPath, with variables."),
        "readOnly": boolean("True forbids writing."),
        "bindMountOptions": strings("Further options of the mount."),
        "recursiveReadOnly": string("Whether mounts below are read-only too."),
        "mountPropagation": string("Whether later mounts are seen on the other side."),
    },
    required=("name", "mountPath"),
)

RESOURCES = struct(
    "What the container needs and may use.",
    {
        "limits": map_of(QUANTITIES, int_or_string("An amount.")),
        "requests": map_of(QUANTITIES, int_or_string("An amount.")),
        "claims": keyed("Claims of the pod that it uses.", opaque("One claim."), "name", strategy=""),
    },
)

HTTP_GET = struct(
    "An HTTP request.",
    {
        "path": string("Path of the URL."),
        "port": int_or_string("Port by number or name."),
        "host": string("Host name; the pod's address if empty."),
        "scheme": string("HTTP or HTTPS."),
        "protocol": string("Version of HTTP."),
        "httpHeaders": list_of(
            "Further headers.",
            struct("One header.", {"name": string("Name."), "value": string("Value.")}, required=("name", "value")),
        ),
    },
    required=("port",),
)

EXEC = struct("A command in the container.", {"command": strings("Program and arguments; no shell.")})
TCP_SOCKET = struct(
    "A TCP connection.",
    {"port": int_or_string("Port by number or name."), "host": string("Host name; the pod's address if empty.")},
    required=("port",),
)

PROBE = struct(
    "How to find out about the container; one action.",
    {
        "exec": EXEC,
        "httpGet": HTTP_GET,
        "tcpSocket": TCP_SOCKET,
        "grpc": struct(
            "A gRPC health check.",
            {
                "port": integer("Port."),
                "service": string("Service asked for.", default=""),
                "mode": string("How to connect."),
            },
            required=("port",),
        ),
        "initialDelaySeconds": integer("Seconds before the first probe."),
        "periodSeconds": integer("Seconds between probes."),
        "timeoutSeconds": integer("Seconds that a probe may take."),
        "successThreshold": integer("Good probes in a row that count as good."),
        "failureThreshold": integer("Bad probes in a row that count as bad."),
        "terminationGracePeriodSeconds": integer("Seconds to end after a failure.", bits=64),
    },
)

_HOOK = struct(
    "One action.",
    {
        "exec": EXEC,
        "httpGet": HTTP_GET,
        "tcpSocket": TCP_SOCKET,
        "sleep": struct("A pause.", {"seconds": integer("Seconds.", bits=64)}, required=("seconds",)),
    },
)
LIFECYCLE = struct(
    "What to do at the start and before the end.",
    {"postStart": _HOOK, "preStop": _HOOK, "stopSignal": string("Signal that ends the container.")},
)

SECURITY_CONTEXT = struct(
    "Rights of the container's processes.",
    {
        "allowPrivilegeEscalation": boolean("Whether a process may gain more rights than its parent."),
        "capabilities": struct(
            "Linux capabilities.", {"add": strings("Those to add."), "drop": strings("Those to take away.")}
        ),
        "privileged": boolean("True gives all rights of the node."),
        "procMount": string("Kind of /proc."),
        "readOnlyRootFilesystem": boolean("True forbids writing outside volumes."),
        "runAsGroup": integer("Group id.", bits=64),
        "runAsNonRoot": boolean("True refuses to start as root."),
        "runAsUser": integer("User id.", bits=64),
        "appArmorProfile": opaque("AppArmor profile."),
        "seLinuxOptions": opaque("SELinux labels."),
        "seccompProfile": opaque("Filter of system calls."),
        "windowsOptions": opaque("Settings on Windows."),
    },
)

CONTAINER = struct(
    "A program in an image, run in the pod.",
    {
        "name": string("Name of the container, unlike the others of the pod."),
        "image": string("The image."),
        "imagePullPolicy": string("Always, IfNotPresent or Never."),
        "command": strings("Program and arguments in place of the image's entry point."),
        "args": strings("Arguments of the entry point."),
        "workingDir": string("Directory to start in."),
        "env": keyed("Environment variables.", ENV, "name"),
        "envFrom": list_of("Sources of environment variables.", ENV_FROM),
        "ports": keyed("Ports that the container listens on.", PORT, "containerPort", "protocol"),
        "volumeMounts": keyed("Volumes in the container's file system.", VOLUME_MOUNT, "mountPath"),
        "volumeDevices": keyed("Block devices in the container.", opaque("One device."), "devicePath"),
        "resources": RESOURCES,
        "resizePolicy": list_of("What a change of resources needs.", opaque("One resource.")),
        "restartPolicy": string("Always makes an init container a sidecar."),
        "restartPolicyRules": list_of("Restarts by exit code.", opaque("One rule.")),
        "livenessProbe": PROBE | {"description": "When it fails, the container is restarted."},
        "readinessProbe": PROBE | {"description": "While it fails, Services do not send requests."},
        "startupProbe": PROBE | {"description": "Until it succeeds, the other probes wait."},
        "lifecycle": LIFECYCLE,
        "securityContext": SECURITY_CONTEXT,
        "terminationMessagePath": string("File with a last message."),
        "terminationMessagePolicy": string("File, or FallbackToLogsOnError."),
        "stdin": boolean("True keeps standard input open."),
        "stdinOnce": boolean("True closes standard input after the first client."),
        "tty": boolean("True gives the container a terminal."),
    },
    required=("name",),
)

EPHEMERAL_CONTAINER = struct(
    "A container that was added to look into a running pod.",
    CONTAINER["properties"] | {"targetContainerName": string("Container whose processes it sees.")},
    required=("name",),
)
