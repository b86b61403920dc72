"""The one AWS provider: bound to the environment's account, and the only place of the tags that all share."""

from pulumi_aws import Provider

from stacks.settings import Settings


def deploy_provider(settings: Settings) -> Provider:
    """Refuses credentials of any other account."""
    tags = {
        "owner": settings.tags.owner,
        "environment": settings.environment,
        "data-class": settings.tags.data_class,
        "pci-scope": settings.tags.pci_scope,
        "cost-centre": settings.tags.cost_centre,
    }
    return Provider(
        "aws",
        region=settings.account.region,
        allowed_account_ids=[settings.account.id],
        default_tags={"tags": tags},
    )
