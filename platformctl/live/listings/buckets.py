"""Buckets and what is set of each."""

from platformctl.live.listings.listing import Listing, of
from policies import tokens

_BUCKET_PARTS = (
    *(tokens.BUCKET_PUBLIC_ACCESS, tokens.BUCKET_POLICY, tokens.BUCKET_VERSIONING, tokens.BUCKET_ENCRYPTION),
    *(tokens.BUCKET_LOGGING, tokens.BUCKET_OBJECT_LOCK, tokens.BUCKET_OWNERSHIP, tokens.BUCKET_LIFECYCLE),
    tokens.BUCKET_ACL,
)
BUCKETS = (
    Listing(tokens.BUCKET, "list_buckets", "Buckets[].Name", anywhere=True),
    *(of(tokens.BUCKET, token) for token in _BUCKET_PARTS),
    Listing(tokens.ACCOUNT_PUBLIC_ACCESS, fixed="{account}", anywhere=True),
)
