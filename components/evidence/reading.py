"""What reading evidence takes: the same for whoever does it, in the environment and in the foundation before it."""

from collections.abc import Iterator
from dataclasses import dataclass

from components.key_permissions import key_use
from components.policy_document import Statement


@dataclass(frozen=True, kw_only=True)
class EvidencePlace:
    """Where an environment's evidence and the answers of its readers are: names of buckets and aliases of keys."""

    environment: str
    account_id: str
    region: str
    archive: str
    results: str
    key_alias: str
    result_key_alias: str

    @property
    def database(self) -> str:
        return f"audit_{self.environment.replace('-', '_')}"

    @property
    def workgroup(self) -> str:
        return f"{self.environment}-audit"


def reading_evidence(place: EvidencePlace) -> Iterator[Statement]:
    """Source: Athena user guide, "Example IAM policies for workgroup access" and "Access to Amazon S3"."""
    archive, results = f"arn:aws:s3:::{place.archive}", f"arn:aws:s3:::{place.results}"
    catalog = f"arn:aws:glue:{place.region}:{place.account_id}"
    yield Statement(
        sid="AskInWorkgroup",
        actions=(
            "athena:BatchGetNamedQuery",
            "athena:BatchGetQueryExecution",
            "athena:GetNamedQuery",
            "athena:GetQueryExecution",
            "athena:GetQueryResults",
            "athena:GetWorkGroup",
            "athena:ListNamedQueries",
            "athena:ListQueryExecutions",
            "athena:StartQueryExecution",
            "athena:StopQueryExecution",
        ),
        resources=(f"arn:aws:athena:{place.region}:{place.account_id}:workgroup/{place.workgroup}",),
    )
    yield Statement(
        sid="ReadTables",
        actions=("glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable", "glue:GetTables"),
        resources=(
            f"{catalog}:catalog",
            f"{catalog}:database/{place.database}",
            f"{catalog}:table/{place.database}/*",
        ),
    )
    yield Statement(
        sid="ReadEvidence",
        actions=("s3:GetObject", "s3:GetObjectRetention", "s3:GetObjectVersion"),
        resources=(f"{archive}/*",),
    )
    yield Statement(
        sid="FindBuckets",
        actions=("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketVersions"),
        resources=(archive, results),
    )
    yield Statement(
        sid="KeepAnswers",
        actions=("s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"),
        resources=(f"{results}/*",),
    )
    decrypt = ("kms:Decrypt",)
    uses = {
        "DecryptEvidence": (place.key_alias, decrypt),
        "KeyAnswers": (place.result_key_alias, (*decrypt, "kms:GenerateDataKey")),
    }
    for sid, (alias, actions) in uses.items():
        yield key_use(sid, account_id=place.account_id, region=place.region, alias=alias, actions=actions)
