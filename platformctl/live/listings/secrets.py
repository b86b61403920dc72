"""Keys, their aliases, and secrets."""

from platformctl.live.listings.listing import Listing, of
from policies import tokens

_SERVICES = "OwningService || starts_with(Name, 'rds!')"  # secrets that a service manages
SECRETS = (
    Listing(tokens.KEY, "list_keys", "Keys[].KeyId"),
    Listing(tokens.KEY_REPLICA, "list_keys", "Keys[].KeyId"),
    Listing(
        tokens.KEY_ALIAS,
        "list_aliases",
        "Aliases[?TargetKeyId && !starts_with(AliasName, 'alias/aws/')].AliasName",
    ),
    Listing(tokens.SECRET, "list_secrets", f"SecretList[?!({_SERVICES})].ARN", own=f"SecretList[?{_SERVICES}].ARN"),
    of(tokens.SECRET, tokens.SECRET_POLICY),
    of(tokens.SECRET, tokens.SECRET_ROTATION),
)
