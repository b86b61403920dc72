"""What there is to read: for every type the call that lists it; one file for each area of the cloud's services."""

from platformctl.live.listings.backups import BACKUPS
from platformctl.live.listings.buckets import BUCKETS
from platformctl.live.listings.clusters import CLUSTERS
from platformctl.live.listings.databases import DATABASES
from platformctl.live.listings.edges import EDGES
from platformctl.live.listings.identities import IDENTITIES
from platformctl.live.listings.listing import Listing
from platformctl.live.listings.machines import MACHINES
from platformctl.live.listings.messages import MESSAGES
from platformctl.live.listings.network import NETWORK
from platformctl.live.listings.secrets import SECRETS
from platformctl.live.listings.watching import WATCHING

__all__ = ["LISTINGS", "SETTINGS", "Listing"]

LISTINGS: tuple[Listing, ...] = (
    *(*BUCKETS, *NETWORK, *MACHINES, *IDENTITIES, *SECRETS, *DATABASES),
    *(*CLUSTERS, *MESSAGES, *WATCHING, *BACKUPS, *EDGES),
)
# What every account or region has one of, set or not: nothing that somebody makes beside the code.
SETTINGS = frozenset(listing.token for listing in LISTINGS if listing.fixed)
