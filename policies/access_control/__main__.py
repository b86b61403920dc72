"""The access-control pack, as the engine starts it."""

from policies.pack import run

run("access_control")
