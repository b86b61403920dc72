"""Draws a sheet: letters, colours, signs, and the SVG that they make."""
