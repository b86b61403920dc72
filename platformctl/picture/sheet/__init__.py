"""Lays a picture out on a sheet: where every box stands, and which way every flow takes."""
