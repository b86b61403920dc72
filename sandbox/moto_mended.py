"""What moto forgets or has no call for, although it could keep it: small replacements, by service."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

_SENDERS = ("Application", "Firehose", "HTTP", "Lambda", "SQS")
_TOPIC_ATTRIBUTES = (
    *(f"{who}{what}" for who in _SENDERS for what in ("FailureFeedbackRoleArn", "SuccessFeedbackRoleArn")),
    *(f"{who}SuccessFeedbackSampleRate" for who in _SENDERS),
    *("ArchivePolicy", "FifoThroughputScope", "MaximumMessageSize", "SignatureVersion", "TracingConfig"),
)


def mend() -> None:
    for one in (
        *(_alarms, _disks, _group_rules, _identity, _logs, _query_logging),
        *(_queues, _replication, _rotation, _topics),
    ):
        one()


def _replace(owner: Any, **members: Any) -> None:
    for name, value in members.items():
        setattr(owner, name, value)


def _alarms() -> None:
    """Composite alarms: moto keeps them, as alarms with a rule, but has no call to put one."""
    from moto.cloudwatch.responses import CloudWatchResponse

    _replace(CloudWatchResponse, put_composite_alarm=CloudWatchResponse.put_metric_alarm)


def _disks() -> None:
    """The default key of disks can be set, but neither read nor reset."""
    from moto.core.responses import ActionResult
    from moto.ec2.responses import EC2Response

    def read(self: Any) -> Any:
        return ActionResult({"KmsKeyId": self.ec2_backend.default_kms_key_id or "alias/aws/ebs"})

    def reset(self: Any) -> Any:
        self.ec2_backend.default_kms_key_id = ""
        return read(self)

    _replace(EC2Response, get_ebs_default_kms_key_id=read, reset_ebs_default_kms_key_id=reset)


def _group_rules() -> None:
    """The description of a rule that names another group is kept with that group, and looked for elsewhere."""
    from moto.ec2.models.security_groups import SecurityGroupRule

    def description(self: Any) -> str | None:
        found: str | None = self.ip_range.get("Description") or self.source_group.get("Description")
        return found

    _replace(SecurityGroupRule, description=property(description))


def _identity() -> None:
    """AWS's own policies are loaded when one is attached, and clients of an identity provider come and go."""
    from moto.core.responses import EmptyResult
    from moto.iam.aws_managed_policies import aws_managed_policies_data
    from moto.iam.models import AWSManagedPolicy, IAMBackend
    from moto.iam.responses import IamResponse

    attach = IAMBackend.attach_role_policy
    known = functools.cache(lambda: json.loads(aws_managed_policies_data))

    def attached(self: Any, policy_arn: str, role_name: str) -> None:
        found = known().get(policy_arn.rpartition("/")[2]) if ":iam::aws:policy/" in policy_arn else None
        if found and policy_arn not in self.managed_policies:
            name = policy_arn.rpartition("/")[2]
            policy = AWSManagedPolicy.from_data(name, self.account_id, self.region_name, found)
            self.managed_policies[policy.arn] = policy
        attach(self, policy_arn, role_name)

    def clients(change: Callable[[list[str], str], None]) -> Callable[[Any], Any]:
        def changed(self: Any) -> Any:
            provider = self.backend.get_open_id_connect_provider(self._get_param("OpenIDConnectProviderArn"))
            change(provider.client_id_list, self._get_param("ClientID"))
            return EmptyResult()

        return changed

    adding, removing = clients(list.append), clients(list.remove)
    _replace(IAMBackend, attach_role_policy=attached)
    _replace(IamResponse, add_client_id_to_open_id_connect_provider=adding)
    _replace(IamResponse, remove_client_id_from_open_id_connect_provider=removing)


def _logs() -> None:
    """A group's key can be set only when it is made, and a second subscription filter locks the first."""
    from moto.logs.models import LogGroup
    from moto.logs.responses import LogsResponse

    put = LogGroup.put_subscription_filter

    def associate(self: Any) -> str:
        self.logs_backend._find_log_group(self._get_param("logGroupName")).kms_key_id = self._get_param("kmsKeyId")
        return "{}"

    def put_filter(self: Any, name: str, pattern: str, destination: str, role: str) -> None:
        if known := self.subscription_filters.get(name):
            known.update(pattern, destination, role)
        else:
            put(self, name, pattern, destination, role)

    _replace(LogsResponse, associate_kms_key=associate, disassociate_kms_key=associate)
    _replace(LogGroup, put_subscription_filter=put_filter)


def _query_logging() -> None:
    """DNS query logging can be neither deleted nor disassociated, nor tagged."""
    from moto.route53resolver.models import Route53ResolverBackend
    from moto.route53resolver.responses import Route53ResolverResponse

    matched = Route53ResolverBackend._matched_arn

    def known(self: Any, resource_arn: str) -> None:
        if all(one.arn != resource_arn for one in self.resolver_query_log_configs.values()):
            matched(self, resource_arn)

    def delete(self: Any) -> str:
        backend, key = self.route53resolver_backend, self._get_param("ResolverQueryLogConfigId")
        backend.get_resolver_query_log_config(key)
        backend.tagger.delete_all_tags_for_resource(backend.resolver_query_log_configs.pop(key).arn)
        return "{}"

    def disassociate(self: Any) -> str:
        backend = self.route53resolver_backend
        wanted = (self._get_param("ResolverQueryLogConfigId"), self._get_param("ResourceId"))
        associations = backend.resolver_query_log_config_associations
        for key, one in list(associations.items()):
            if (one.resolver_query_log_config_id, one.resource_id) == wanted:
                del associations[key]
                backend.resolver_query_log_configs[wanted[0]].association_count -= 1
        return "{}"

    _replace(Route53ResolverBackend, _matched_arn=known)
    _replace(Route53ResolverResponse, delete_resolver_query_log_config=delete)
    _replace(Route53ResolverResponse, disassociate_resolver_query_log_config=disassociate)


def _queues() -> None:
    """Setting one attribute of a queue takes away its policy, and who may use it as a dead-letter queue is not told."""
    from moto.sqs.models import Queue

    setter = Queue._set_attributes

    def keeping(self: Any, attributes: dict[str, Any], now: float | None = None) -> None:
        setter(self, {"Policy": getattr(self, "policy", None), **attributes}, now)

    attributes = [*Queue.BASE_ATTRIBUTES, "RedriveAllowPolicy"]
    _replace(Queue, _set_attributes=keeping, BASE_ATTRIBUTES=attributes, redrive_allow_policy=None)


def _replication() -> None:
    """Replication rules are kept whole, but answered with half of their members."""
    from moto.core.responses import ActionResult
    from moto.s3.exceptions import ReplicationConfigurationNotFoundError
    from moto.s3.responses import S3Response

    def answer(self: Any) -> Any:
        self.data["Action"] = "GetBucketReplication"
        found = self.backend.get_bucket_replication(self.bucket_name)
        if not found:
            raise ReplicationConfigurationNotFoundError(bucket_name=self.bucket_name)
        rules = [_with_tag_list(rule) for rule in found["Rule"]]
        return self.serialized(ActionResult({"ReplicationConfiguration": {"Role": found["Role"], "Rules": rules}}))

    _replace(S3Response, get_bucket_replication=answer)


def _with_tag_list(rule: dict[str, Any]) -> dict[str, Any]:
    """In XML the tags of a filter stand one after the other, in the answer's model they are a list."""
    both = (rule.get("Filter") or {}).get("And")
    if not both:
        return rule
    tags = both.get("Tag") or []
    return {**rule, "Filter": {"And": {**both, "Tags": tags if isinstance(tags, list) else [tags]}}}


def _rotation() -> None:
    """Rotation is written down with its schedule; moto would start the function in a container."""
    from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend

    described: Callable[[Any], dict[str, Any]] = FakeSecret.to_dict

    def rotate(self: Any, secret_id: str, **asked: Any) -> str:
        secret = self.describe_secret(secret_id)
        secret.rotation_requested = secret.rotation_enabled = True
        secret.rotation_lambda_arn = asked.get("rotation_lambda_arn") or secret.rotation_lambda_arn
        secret.rotation_rules = asked.get("rotation_rules") or {}
        return str(secret.to_short_dict())

    def with_rules(self: Any) -> dict[str, Any]:
        found = described(self)
        return {**found, "RotationRules": self.rotation_rules} if hasattr(self, "rotation_rules") else found

    _replace(SecretsManagerBackend, rotate_secret=rotate)
    _replace(FakeSecret, to_dict=with_rules)


def _topics() -> None:
    """Attributes of a topic are kept, but only a few of them are answered."""
    from moto.core.utils import camelcase_to_underscores
    from moto.sns.responses import SNSResponse

    original = SNSResponse.get_topic_attributes

    def answer(self: Any) -> Any:
        found: Any = original(self)
        topic = self.backend.get_topic(self._get_param("TopicArn"))
        kept = {name: getattr(topic, camelcase_to_underscores(name), None) for name in _TOPIC_ATTRIBUTES}
        found.result["Attributes"].update({name: value for name, value in kept.items() if value})
        return found

    _replace(SNSResponse, get_topic_attributes=answer)
