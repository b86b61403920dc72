"""The compliance pack, as the engine starts it."""

from policies.pack import run

run("compliance")
