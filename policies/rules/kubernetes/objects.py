"""Objects of a cluster by what others call them: kind, namespace and name."""

from collections import defaultdict

from policies import tokens
from policies.graph import Graph
from policies.resource import Resource
from policies.values import Block, Partial, Place, Undecided

DEFAULT_NAMESPACE = "default"
PREFIX = "kubernetes:"


class Objects:
    """The objects of one graph, indexed once."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._namespaces: dict[str, str | Undecided] = {}
        self._indexes: dict[str, tuple[dict[str, list[Resource]], list[Place]]] = {}

    def namespace(self, resource: Resource) -> str:
        """The namespace that a namespaced object is in: as it says, else its provider's, else `default`.

        One that is not known yet is that of the one Namespace which its metadata come from.
        """
        if resource.urn not in self._namespaces:
            try:
                self._namespaces[resource.urn] = self._namespace(resource)
            except Undecided as error:
                self._namespaces[resource.urn] = error
        found = self._namespaces[resource.urn]
        if isinstance(found, Undecided):
            raise found
        return found

    def _namespace(self, resource: Resource) -> str:
        try:
            own = metadata(resource).text("namespace")
        except Undecided:
            makers = producers(resource, "metadata", self._graph, tokens.NAMESPACE)
            if len(makers) != 1:
                raise
            return name(makers[0])
        if own:
            return own
        provider = self._graph.provider(resource)
        common = self._graph.setting(provider, "namespace") if provider and provider is not resource else None
        return common if isinstance(common, str) and common else DEFAULT_NAMESPACE

    def inside(self, namespace: str, *types: str) -> Partial[Resource]:
        """The objects of these types in a namespace, and where others may be that are not known yet."""
        found = Partial[Resource]()
        places: list[Place] = []
        for type_ in types:
            index, unknown = self._by_namespace(type_)
            found += index.get(namespace, [])
            places += unknown
        found.undecided = tuple(places)
        return found

    def find(self, type_: str, namespace: str, called: str) -> Resource | None:
        """The object of that name; raises Undecided if there is none but one has a name not known yet."""
        places: list[Place] = []
        known = self.inside(namespace, type_)
        for resource in known:
            try:
                if name(resource) == called:
                    return resource
            except Undecided as error:
                places += error.places
        places += known.undecided
        if places:
            raise Undecided(*places)
        return None

    def cluster_wide(self, type_: str, called: str) -> Resource | None:
        """The object of a kind that is in no namespace; raises Undecided as `find` does."""
        places: list[Place] = []
        for resource in self._graph.of_type(type_):
            try:
                if name(resource) == called:
                    return resource
            except Undecided as error:
                places += error.places
        if places:
            raise Undecided(*places)
        return None

    def _by_namespace(self, type_: str) -> tuple[dict[str, list[Resource]], list[Place]]:
        if type_ not in self._indexes:
            index: dict[str, list[Resource]] = defaultdict(list)
            places: list[Place] = []
            for resource in self._graph.of_type(type_):
                try:
                    index[self.namespace(resource)].append(resource)
                except Undecided as error:
                    places += error.places
            self._indexes[type_] = (index, places)
        return self._indexes[type_]


def objects(graph: Graph) -> Objects:
    """The index of a graph's objects, which the graph keeps."""
    return graph.kept(Objects)


def metadata(resource: Resource) -> Block:
    return resource.props.block("metadata")


def name(resource: Resource) -> str:
    """What the object is called in the cluster; raises Undecided if Pulumi is yet to name it."""
    own = metadata(resource)
    if called := own.text("name"):
        return called
    raise own.undecided("metadata.name is not set: the name is not known before the object exists", "name")


def spec(resource: Resource) -> Block:
    return resource.props.block("spec")


def producers(resource: Resource, top: str, graph: Graph, *types: str) -> list[Resource]:
    """The resources of these types that the value of the top-level property comes from."""
    makers = (graph.by_urn.get(urn) for urn in resource.property_dependencies.get(top, ()))
    return [maker for maker in makers if maker and maker.type in types]


def kind(resource: Resource) -> str:
    """The kind, as people say it."""
    return resource.type.rpartition(":")[2]
