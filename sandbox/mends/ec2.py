"""EC2 as moto serves it, mended: keys of disks, descriptions of rules that name a group, options of flow logs."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.responses import EC2Response

from sandbox.mends import replace


def mend() -> None:
    _disks()
    _group_rules()
    _flow_logs()


def _disks() -> None:
    """The default key of disks can be set, but neither read nor reset."""

    def read(self: Any) -> Any:
        return ActionResult({"KmsKeyId": self.ec2_backend.default_kms_key_id or "alias/aws/ebs"})

    def reset(self: Any) -> Any:
        self.ec2_backend.default_kms_key_id = ""
        return read(self)

    replace(EC2Response, get_ebs_default_kms_key_id=read, reset_ebs_default_kms_key_id=reset)


def _group_rules() -> None:
    """The description of a rule that names another group is kept with that group, and looked for elsewhere."""

    def description(self: Any) -> str | None:
        found: str | None = self.ip_range.get("Description") or self.source_group.get("Description")
        return found

    replace(SecurityGroupRule, description=property(description))


def _flow_logs() -> None:
    """Options of the destination are taken and forgotten."""
    create = EC2Response.create_flow_logs

    def created(self: Any) -> Any:
        answer: Any = create(self)
        for id_ in answer.result["FlowLogIds"]:
            self.ec2_backend.flow_logs[id_].destination_options = self._get_param("DestinationOptions")
        return answer

    replace(EC2Response, create_flow_logs=created)
