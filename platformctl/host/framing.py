"""How requests to the server are told apart."""

import struct

LENGTH = struct.Struct("!I")  # of the document that follows
