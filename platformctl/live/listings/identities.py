"""Who there is: roles, users, groups, and their policies."""

from platformctl.live.listings.listing import Listing, named, of
from policies import tokens

_LINKED = "starts_with(Path, '/aws-service-role/')"
IDENTITIES = (
    Listing(
        tokens.ROLE, "list_roles", f"Roles[?!{_LINKED}].RoleName", own=f"Roles[?{_LINKED}].RoleName", anywhere=True
    ),
    Listing(tokens.POLICY, "list_policies", "Policies[].Arn", args={"Scope": "Local"}, anywhere=True),
    Listing(tokens.USER, "list_users", "Users[].UserName", anywhere=True),
    Listing(tokens.GROUP, "list_groups", "Groups[].GroupName", anywhere=True),
    *(
        listing
        for kind, parent, written, attached in (
            ("role", tokens.ROLE, tokens.ROLE_POLICY, tokens.ROLE_POLICY_ATTACHMENT),
            ("user", tokens.USER, tokens.USER_POLICY, tokens.USER_POLICY_ATTACHMENT),
            ("group", tokens.GROUP, tokens.GROUP_POLICY, tokens.GROUP_POLICY_ATTACHMENT),
        )
        for listing in (
            named(
                f"list_{kind}_policies",
                f"{kind.title()}Name",
                "PolicyNames",
                "{id}:{found}",
                parent,
                written,
                anywhere=True,
            ),
            named(
                f"list_attached_{kind}_policies",
                f"{kind.title()}Name",
                "AttachedPolicies[].PolicyArn",
                "{id}/{found}",
                parent,
                attached,
                anywhere=True,
            ),
        )
    ),
    named(
        "list_access_keys",
        "UserName",
        "AccessKeyMetadata[].AccessKeyId",
        "{id}/{found}",
        tokens.USER,
        tokens.ACCESS_KEY,
        anywhere=True,
    ),
    of(tokens.USER, tokens.LOGIN_PROFILE, anywhere=True),
    Listing(
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        "list_open_id_connect_providers",
        "OpenIDConnectProviderList[].Arn",
        anywhere=True,
    ),
    Listing(tokens.PASSWORD_POLICY, fixed="iam-account-password-policy", anywhere=True),
    Listing(tokens.ACCESS_ANALYZER, "list_analyzers", "analyzers[].name"),
)
