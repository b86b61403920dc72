"""The operations pack, as the engine starts it."""

from policies.pack import run

run("operations")
