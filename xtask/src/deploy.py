"""Rendered manifests against Kubernetes' schemas, and what no schema says: what a pod may not do, what is probed.

`deploy.py FOLDER ARGUMENTS` checks every file of FOLDER, and writes the arguments of each container to ARGUMENTS.
"""

import pathlib
import sys

import kubernetes_validate
import yaml

# The oldest that is still looked after by those who sell clusters, and the newest that the schemas have.
VERSIONS = ["1.29", "1.37"]


def faults(document):
    """What is wrong with a document, in words."""
    for version in VERSIONS:
        try:
            kubernetes_validate.validate(document, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            yield f"{version}: {'.'.join(map(str, error.path))}: {error.message}"
    if document["kind"] != "DaemonSet":
        return
    pod = document["spec"]["template"]["spec"]
    context = pod["securityContext"]
    expected = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    for key, value in expected.items():
        if context.get(key) != value:
            yield f"{key} is not {value}"
    if pod.get("automountServiceAccountToken") is not False:
        yield "it gets a token of the cluster"
    for volume in pod.get("volumes", []):
        path = volume.get("hostPath")
        if path and path.get("type") != "Socket":
            yield f"{volume['name']} is more of the node than a socket"
    for container in pod["containers"]:
        yield from container_faults(container)


def container_faults(container):
    """What is wrong with a container, in words."""
    context = container["securityContext"]
    expected = {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    for key, value in expected.items():
        if context.get(key) != value:
            yield f"{key} is not {value}"
    for limit in ["cpu", "memory"]:
        if limit not in container["resources"]["limits"]:
            yield f"no limit of {limit}"
    # A probe that restarts must not ask for images.
    probes = {"startupProbe": "/alive", "livenessProbe": "/alive", "readinessProbe": "/v1/ready"}
    for probe, path in probes.items():
        if container[probe]["httpGet"]["path"] != path:
            yield f"{probe} does not ask {path}"
    for mount in container.get("volumeMounts", []):
        if mount["name"] != "pulled" and not mount.get("readOnly"):
            yield f"{mount['name']} may be written"


def main():
    """Prints a line for each document; fails where one does not hold."""
    folder, arguments = map(pathlib.Path, sys.argv[1:])
    failed = 0
    started = []
    for path in sorted(folder.iterdir()):
        for document in yaml.safe_load_all(path.read_text()):
            found = list(faults(document))
            name = f"{path.stem}: {document['kind']} {document['metadata']['name']}"
            print(f"failed {name}: {'; '.join(found)}" if found else f"ok {name}")
            failed += bool(found)
            if document["kind"] == "DaemonSet":
                for container in document["spec"]["template"]["spec"]["containers"]:
                    started.append("\t".join(container.get("args", [])))
    arguments.write_text("".join(f"{line}\n" for line in started))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
