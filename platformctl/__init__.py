"""The command line for engineers and CI: it runs the project's program, judges it, and shows what would change."""
