"""The cloud of the tests of locks."""

from tests.platformctl.locks.conftest import cloud as cloud
from tests.platformctl.locks.conftest import pages as pages
