"""Runs Pulumi's official installer; a program of its own, so that it can be timed out and killed."""

import socket
import subprocess
import sys

from pulumi.automation import PulumiCommand
from semver import VersionInfo

socket.setdefaulttimeout(10)  # a network that swallows packets must not cost minutes

if __name__ == "__main__":
    try:
        PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]))
    except OSError as error:
        sys.exit(f"not reachable ({getattr(error, 'reason', error)})")
    except subprocess.CalledProcessError as error:
        sys.exit(f"failed: {error.output.decode(errors='replace').strip() or error}")
