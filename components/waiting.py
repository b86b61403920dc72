"""Order between components: one whose every resource waits for something."""

from pulumi import Resource, ResourceOptions, ResourceTransformationArgs, ResourceTransformationResult


def after(*needed: Resource) -> ResourceOptions:
    """Options for a component: it and all of its children depend on `needed`.

    `depends_on` alone orders the component, which is made of nothing: its children do not inherit it (Pulumi docs,
    "Resource options", dependsOn), and would begin at once. A child that depends on another waits through that one:
    each dependency costs the engine time, and the state room.
    """
    waiting: set[Resource] = set()

    def wait(args: ResourceTransformationArgs) -> ResourceTransformationResult | None:
        own = args.opts.depends_on
        waits = isinstance(own, list) and any(isinstance(one, Resource) and one in waiting for one in own)
        waiting.add(args.resource)
        if waits:
            return None
        return ResourceTransformationResult(args.props, ResourceOptions.merge(args.opts, _on(needed)))

    return ResourceOptions(transformations=[wait])


def _on(needed: tuple[Resource, ...]) -> ResourceOptions:
    return ResourceOptions(depends_on=list(needed))
