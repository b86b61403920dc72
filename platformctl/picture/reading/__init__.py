"""Reads a picture out of the resource graph."""

from platformctl.picture.reading.whole import read as read
