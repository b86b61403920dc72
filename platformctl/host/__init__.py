"""What the engine starts of Python, started once for a command: one process loads the SDKs and the rules, and each
program, policy pack and render is a fork of it. docs/decisions/0034-one-process-loads-what-the-engine-runs.md says why.
"""
