"""What hangs on clusters, and registries of images: the sandbox records the one and has no other."""

from platformctl.live.types.reader import reader, tags
from policies import tokens
from sandbox.model import Call, block, fields, keyed, listed

_ENTRY = {"clusterName": "{clusterName}", "principalArn": "{principalArn}"}

ADDON = reader(
    tokens.EKS_ADDON,
    "eks",
    fields("addonName! clusterName! addonVersion configurationValues:json serviceAccountRoleArn"),
    Call("describe_addon", args={"clusterName": "{clusterName}", "addonName": "{addonName}"}, send=(), result="addon"),
    id="{clusterName}:{addonName}",
    outputs=("arn",),
    formats={"arn": "arn:aws:eks:{region}:{account}:addon/{clusterName}/{addonName}"},
)
ACCESS_ENTRY = reader(
    tokens.EKS_ACCESS_ENTRY,
    "eks",
    fields("clusterName! principalArn! type kubernetesGroups:list userName@username"),
    Call("describe_access_entry", args=_ENTRY, send=(), result="accessEntry"),
    id="{clusterName}:{principalArn}",
    outputs=("accessEntryArn",),
)
_FOUND = "associatedAccessPolicies[?policyArn == '{policyArn}'].merge(@, {clusterName: '{clusterName}', principalArn:"
ACCESS_POLICY = reader(
    tokens.EKS_ACCESS_POLICY,
    "eks",
    fields("clusterName! policyArn! principalArn!", accessScope=block("type namespaces:list")),
    Call("list_associated_access_policies", args=_ENTRY, send=(), result=f"{_FOUND} '{{principalArn}}'}}) | [0]"),
    id="{clusterName}#{principalArn}#{policyArn}",
)
POD_IDENTITY = reader(
    tokens.POD_IDENTITY,
    "eks",
    fields("clusterName! namespace! serviceAccount! roleArn! associationId"),
    Call(
        "describe_pod_identity_association",
        args={"clusterName": "{clusterName}", "associationId": "{association}"},
        send=(),
        result="association",
    ),
    import_id="(?P<clusterName>[^,]+),(?P<association>.+)",
    outputs=("associationArn",),
)

REPOSITORY = reader(
    tokens.REPOSITORY,
    "ecr",
    fields(
        "name@repositoryName imageTagMutability",
        imageScanningConfiguration=block("scanOnPush:bool"),
        encryptionConfigurations=block("encryptionType kmsKey", boto="encryptionConfiguration"),
    ),
    listed("describe_repositories", "repositoryNames", "repositories"),
    formats={"arn": "arn:aws:ecr:{region}:{account}:repository/{id}"},
    tags=tags("list_tags_for_resource", "resourceArn", "arn:aws:ecr:{region}:{account}:repository/{id}"),
)
REPOSITORY_POLICY = reader(
    tokens.REPOSITORY_POLICY,
    "ecr",
    fields("repository@repositoryName policy:json@policyText"),
    keyed("get_repository_policy", "repositoryName"),
)
REGISTRY_POLICY = reader(
    tokens.REGISTRY_POLICY, "ecr", fields("policy:json@policyText"), Call("get_registry_policy", send=())
)

TYPES = (
    *(ADDON, ACCESS_ENTRY, ACCESS_POLICY, POD_IDENTITY),
    *(REPOSITORY, REPOSITORY_POLICY, REGISTRY_POLICY),
)
