"""Becomes a container's program, which dies with the lab. Run as a script: `child.py FOLDER PROGRAM ARGUMENT...`."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h
NOT_STARTED = 128  # the exit code that containerd gives a program that it cannot start


def main(arguments: list[str]) -> None:
    """Replace this process by the program, with the folder as its own."""
    folder, *words = arguments
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # the lab ended in between
        os._exit(NOT_STARTED)
    try:
        os.chdir(folder)
        os.execvp(words[0], words)  # noqa: S606  (the words are the pod's own, and there is no shell)
    except OSError as failure:
        sys.stderr.write(f"{words[0]} cannot be started: {failure.strerror}\n")
        os._exit(NOT_STARTED)


if __name__ == "__main__":
    main(sys.argv[1:])
