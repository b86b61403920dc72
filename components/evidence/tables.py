"""How Athena reads the archive: for each stream its columns, its files' format and its folders.

Partitions are projected: Athena reckons the folders from the query, and nothing has to be crawled or kept up.
Sources: Athena user guide, "Query AWS CloudTrail logs", "Query Amazon VPC flow logs", "Query Amazon Route 53 Resolver
logs" and "Supported types for partition projection".
"""

from collections.abc import Mapping
from dataclasses import dataclass

from components.evidence.streams import prefix
from components.traffic_logs import FLOW_FIELDS

_JSON = "org.apache.hive.hcatalog.data.JsonSerDe"
_TEXT_IN = "org.apache.hadoop.mapred.TextInputFormat"
_TEXT_OUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
_TRAIL_IN = "com.amazon.emr.cloudtrail.CloudTrailInputFormat"
_PARQUET = "org.apache.hadoop.hive.ql.io.parquet"

# Regions enabled by default and those of the European Union that are not: AWS account management guide.
REGIONS = (
    *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
    *("ca-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"),
    *("eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3"),
)


@dataclass(frozen=True)
class AuditTable:
    """`folders`: below `prefix`, with ${partition}s. `projection`: the properties of each partition."""

    description: str
    prefix: str
    columns: Mapping[str, str]
    projection: Mapping[str, Mapping[str, str]]
    folders: str
    library: str = _JSON
    input_format: str = _TEXT_IN
    output_format: str = _TEXT_OUT


def audit_tables(account_id: str, region: str) -> Mapping[str, AuditTable]:
    trail, flow = prefix("trail", account_id), prefix("flow", account_id)
    return {
        "trail": AuditTable(
            description="CloudTrail: who called which API",
            prefix=f"{trail}AWSLogs/{account_id}/CloudTrail/",
            columns=_TRAIL,
            projection={"region": {"type": "enum", "values": ",".join(REGIONS)}, "day": _DAY},
            folders="${region}/${day}",
            input_format=_TRAIL_IN,
        ),
        "flow": AuditTable(
            description="VPC flow logs: who talked to whom",
            prefix=f"{flow}aws-region={region}/",
            columns={field.replace("-", "_"): _FLOW_NUMBERS.get(field, "string") for field in FLOW_FIELDS},
            projection=_HIVE_HOURS,
            folders="year=${year}/month=${month}/day=${day}/hour=${hour}",
            library=f"{_PARQUET}.serde.ParquetHiveSerDe",
            input_format=f"{_PARQUET}.MapredParquetInputFormat",
            output_format=f"{_PARQUET}.MapredParquetOutputFormat",
        ),
        "dns": AuditTable(
            description="Resolver query logs: which names were asked for",
            prefix=prefix("dns", account_id),
            columns=_DNS,
            projection={"vpc": {"type": "injected"}, "day": _DAY},
            folders="${vpc}/${day}",
        ),
        "kubernetes": _delivered("The cluster's control plane, as CloudWatch had it", prefix("kubernetes", account_id)),
        "postgres": _delivered("pgaudit's lines, as CloudWatch had them", prefix("postgres", account_id)),
    }


def _delivered(description: str, below: str) -> AuditTable:
    """What components.LogStream brings; `stream` is its name."""
    projection = {"stream": {"type": "injected"}, "day": _DAY}
    return AuditTable(description, below, _CLOUDWATCH, projection, "${stream}/${day}")


_DAY = {
    "type": "date",
    "format": "yyyy/MM/dd",
    "range": "NOW-12YEARS,NOW",
    "interval": "1",
    "interval.unit": "DAYS",
}
_HIVE_HOURS = {
    "year": {"type": "integer", "range": "2025,2045"},
    "month": {"type": "integer", "range": "1,12", "digits": "2"},
    "day": {"type": "integer", "range": "1,31", "digits": "2"},
    "hour": {"type": "integer", "range": "0,23", "digits": "2"},
}
_FLOW_NUMBERS = {
    "version": "int",
    "srcport": "int",
    "dstport": "int",
    "protocol": "bigint",
    "packets": "bigint",
    "bytes": "bigint",
    "start": "bigint",
    "end": "bigint",
    "tcp-flags": "int",
    "traffic-path": "int",
}
_WHO = (
    "struct<type:string,principalid:string,arn:string,accountid:string,invokedby:string,accesskeyid:string,"
    "username:string,sessioncontext:struct<attributes:struct<mfaauthenticated:string,creationdate:string>,"
    "sessionissuer:struct<type:string,principalid:string,arn:string,accountid:string,username:string>,"
    "webidfederationdata:struct<federatedprovider:string,attributes:map<string,string>>,sourceidentity:string>>"
)
_TRAIL = {
    "eventversion": "string",
    "useridentity": _WHO,
    "eventtime": "string",
    "eventsource": "string",
    "eventname": "string",
    "awsregion": "string",
    "sourceipaddress": "string",
    "useragent": "string",
    "errorcode": "string",
    "errormessage": "string",
    "requestparameters": "string",
    "responseelements": "string",
    "additionaleventdata": "string",
    "requestid": "string",
    "eventid": "string",
    "readonly": "string",
    "resources": "array<struct<arn:string,accountid:string,type:string>>",
    "eventtype": "string",
    "apiversion": "string",
    "recipientaccountid": "string",
    "serviceeventdetails": "string",
    "sharedeventid": "string",
    "vpcendpointid": "string",
    "eventcategory": "string",
}
_DNS = {
    "version": "string",
    "account_id": "string",
    "region": "string",
    "vpc_id": "string",
    "query_timestamp": "string",
    "query_name": "string",
    "query_type": "string",
    "query_class": "string",
    "rcode": "string",
    "answers": "array<struct<rdata:string,type:string,class:string>>",
    "srcaddr": "string",
    "srcport": "int",
    "transport": "string",
    "srcids": "struct<instance:string,resolver_endpoint:string>",
}
_CLOUDWATCH = {
    "messagetype": "string",
    "owner": "string",
    "loggroup": "string",
    "logstream": "string",
    "subscriptionfilters": "array<string>",
    "logevents": "array<struct<id:string,timestamp:bigint,message:string>>",
}
