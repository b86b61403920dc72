"""Those who read evidence: a workgroup, tables, a saved query, and a policy that lets them read and nothing else."""

from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import athena, glue, iam

from components.account_names import PLATFORM_PATH
from components.evidence.reading import EvidencePlace, reading_evidence
from components.evidence.tables import AuditTable, audit_tables
from components.key_permissions import NamedKey
from components.policy_document import EVERYONE, Statement, policy_json
from components.private_bucket import PrivateBucket, PrivateBucketArgs
from components.tags import tagged

RESULT_DAYS = 30  # of answers, which can be had again

# Its three parameters: first day and last day as '2026/01/31', and a part of the resource's name or ARN.
WHO_DID_WHAT = """\
SELECT eventtime,
       coalesce(useridentity.arn, useridentity.invokedby) AS who,
       useridentity.sessioncontext.sourceidentity AS on_behalf_of,
       eventsource AS service,
       eventname AS did,
       requestparameters AS how,
       errorcode AS denied,
       sourceipaddress AS origin,
       region,
       eventid
FROM trail
WHERE day BETWEEN ? AND ?
  AND strpos(concat(coalesce(requestparameters, ''), json_format(CAST(resources AS json))), ?) > 0
ORDER BY eventtime
"""


@dataclass(frozen=True, kw_only=True)
class AuditReadersArgs:
    """`archive`: the bucket's name. `key`: of evidence, whose policy names who reads; `result_key`: of answers, which
    `readers` alone get, roles by ARN.
    """

    environment: str
    account_id: str
    region: str
    archive: str
    results: str  # a bucket's name
    key: NamedKey
    result_key: NamedKey
    readers: tuple[str, ...]
    access_log_bucket: Input[str]
    protect: bool = True

    def __post_init__(self) -> None:
        if not self.readers:
            raise ValueError("readers must name at least one role: who would read the answers?")

    def place(self) -> EvidencePlace:
        """Where all of it is."""
        return EvidencePlace(
            environment=self.environment,
            account_id=self.account_id,
            region=self.region,
            archive=self.archive,
            results=self.results,
            key_alias=self.key.alias,
            result_key_alias=self.result_key.alias,
        )


class AuditReaders(ComponentResource):
    """What the archive's readers need. `policy_arn` is for the roles that the foundation made."""

    policy_arn: Output[str]

    def __init__(self, name: str, args: AuditReadersArgs, opts: ResourceOptions | None = None):
        super().__init__("platform:audit:AuditReaders", name, {}, opts)
        child = ResourceOptions(parent=self)
        results = PrivateBucket(f"{name}-results", _results(args), child)
        workgroup = _workgroup(name, args, results, child)
        database = glue.CatalogDatabase(
            name,
            name=args.place().database,
            description="The archive of evidence, by stream",
            tags=tagged(name),
            opts=child,
        )
        for table, form in audit_tables(args.account_id, args.region).items():
            _table(f"{name}-{table}", table, form, args.archive, database.name, child)
        athena.NamedQuery(
            f"{name}-who-did-what",
            name="who did what to which resource between two dates",
            description="Parameters: first day and last day as '2026/01/31', and a part of the resource's name or ARN",
            database=database.name,
            workgroup=workgroup.name,
            query=WHO_DID_WHAT,
            opts=child,
        )
        policy = iam.Policy(
            name,
            name=f"{args.environment}-audit-reader",
            path=PLATFORM_PATH,
            description="Reads evidence and asks Athena about it; changes nothing",
            policy=policy_json(*reading_evidence(args.place())),
            tags=tagged(name),
            opts=child,
        )
        self.policy_arn = policy.arn
        self.register_outputs({"policy_arn": self.policy_arn})


def _results(args: AuditReadersArgs) -> PrivateBucketArgs:
    others = Statement(
        sid="DenyOthersReading",
        effect="Deny",
        principals=EVERYONE,
        actions=("s3:GetObject", "s3:GetObjectVersion"),
        resources=(f"arn:aws:s3:::{args.results}/*",),
        conditions={"ArnNotEquals": {"aws:PrincipalArn": list(args.readers)}},
    )
    return PrivateBucketArgs(
        bucket=args.results,
        account_id=args.account_id,
        key_arn=args.result_key.arn,
        access_log_bucket=args.access_log_bucket,
        expire_days=RESULT_DAYS,
        noncurrent_days=1,
        statements=(others,),
        protect=args.protect,
    )


def _workgroup(name: str, args: AuditReadersArgs, results: PrivateBucket, child: ResourceOptions) -> athena.Workgroup:
    """Its configuration is enforced: nobody's client can send answers elsewhere, or unencrypted."""
    return athena.Workgroup(
        name,
        name=args.place().workgroup,
        description="Questions about evidence",
        force_destroy=not args.protect,
        configuration={
            "enforce_workgroup_configuration": True,
            "publish_cloudwatch_metrics_enabled": True,
            "result_configuration": {
                "output_location": Output.concat("s3://", results.name, "/"),
                "expected_bucket_owner": args.account_id,
                "encryption_configuration": {"encryption_option": "SSE_KMS", "kms_key_arn": args.result_key.arn},
            },
        },
        tags=tagged(name),
        opts=child,
    )


def _table(
    name: str, table: str, form: AuditTable, bucket: str, database: Input[str], child: ResourceOptions
) -> glue.CatalogTable:
    location = f"s3://{bucket}/{form.prefix}"
    projected = {
        f"projection.{partition}.{key}": value
        for partition, properties in form.projection.items()
        for key, value in properties.items()
    }
    numbers = [partition for partition, properties in form.projection.items() if properties["type"] == "integer"]
    return glue.CatalogTable(
        name,
        name=table,
        database_name=database,
        description=form.description,
        table_type="EXTERNAL_TABLE",
        parameters={
            "EXTERNAL": "TRUE",
            "projection.enabled": "true",
            "storage.location.template": f"{location}{form.folders}",
            **projected,
        },
        partition_keys=[
            {"name": partition, "type": "int" if partition in numbers else "string"} for partition in form.projection
        ],
        storage_descriptor={
            "location": location,
            "input_format": form.input_format,
            "output_format": form.output_format,
            "ser_de_info": {"name": table, "serialization_library": form.library},
            "columns": [{"name": column, "type": kind} for column, kind in form.columns.items()],
        },
        opts=child,
    )
