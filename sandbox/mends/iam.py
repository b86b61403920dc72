"""IAM as moto serves it, mended: AWS's own policies, and the clients of identity providers."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

from moto.core.responses import EmptyResult
from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend
from moto.iam.responses import IamResponse

from sandbox.mends import replace


def mend() -> None:
    """AWS's own policies are loaded when one is attached, and clients of an identity provider come and go."""
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
    replace(IAMBackend, attach_role_policy=attached)
    replace(IamResponse, add_client_id_to_open_id_connect_provider=adding)
    replace(IamResponse, remove_client_id_from_open_id_connect_provider=removing)
