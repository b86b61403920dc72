"""The one AWS provider: bound to the environment's account, and the only place of the tags that all share."""

from pulumi_aws import Provider

from stacks.sections.account import Account, Tags


def deploy_provider(environment: str, account: Account, tags: Tags) -> Provider:
    """Refuses credentials of any other account."""
    shared = {
        "owner": tags.owner,
        "environment": environment,
        "data-class": tags.data_class,
        "pci-scope": tags.pci_scope,
        "cost-centre": tags.cost_centre,
    }
    return Provider(
        "aws",
        region=account.region,
        allowed_account_ids=[account.id],
        default_tags={"tags": shared},
    )
