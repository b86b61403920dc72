"""Order between components: one whose every resource waits for something."""

from pulumi import Resource, ResourceOptions, ResourceTransformationArgs, ResourceTransformationResult


def after(*needed: Resource) -> ResourceOptions:
    """Options for a component: it and all of its children depend on `needed`.

    `depends_on` alone orders the component, which is made of nothing: its children do not inherit it (Pulumi docs,
    "Resource options", dependsOn), and would begin at once.
    """

    def wait(args: ResourceTransformationArgs) -> ResourceTransformationResult:
        return ResourceTransformationResult(args.props, ResourceOptions.merge(args.opts, _on(needed)))

    return ResourceOptions(transformations=[wait])


def _on(needed: tuple[Resource, ...]) -> ResourceOptions:
    return ResourceOptions(depends_on=list(needed))
