"""One change at a time: the deploy lock of an environment, kept beside its state."""

from platformctl.locks.entry import book_of as book_of
from platformctl.locks.entry import held as held
from platformctl.locks.lease import Lease as Lease
