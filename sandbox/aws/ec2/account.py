"""What an account sets once for each region, through the EC2 API."""

from __future__ import annotations

from sandbox.model import Call, ResourceType, each, flag, number, text
from sandbox.recorded import recorded
from sandbox.resource import Resource


def _encrypt(it: Resource) -> None:
    it.call(f"{'enable' if it.inputs.get('enabled') is not False else 'disable'}_ebs_encryption_by_default")


ENCRYPTION_BY_DEFAULT = ResourceType(
    "aws:ebs/encryptionByDefault:EncryptionByDefault",
    "ec2",
    inputs={"enabled": flag(default=True)},
    id="{region}",
    create=(_encrypt,),
    read=(Call("get_ebs_encryption_by_default", result="{enabled: EbsEncryptionByDefault}"),),
    update=(_encrypt,),
    delete=(Call("disable_ebs_encryption_by_default", send=()),),
)

DEFAULT_KMS_KEY = ResourceType(
    "aws:ebs/defaultKmsKey:DefaultKmsKey",
    "ec2",
    inputs={"keyArn": text(required=True, replace=True)},  # replaces: provider documentation
    id="{region}",
    create=(Call("modify_ebs_default_kms_key_id", args={"KmsKeyId": "{keyArn}"}),),
    read=(Call("get_ebs_default_kms_key_id", result="KmsKeyId != 'alias/aws/ebs' && {keyArn: KmsKeyId}"),),
    delete=(Call("reset_ebs_default_kms_key_id", send=()),),
)

SNAPSHOT_BLOCK_PUBLIC_ACCESS = recorded(
    "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess", {"state": text(required=True)}, id="{region}"
)

_CHOICES = "httpEndpoint httpTokens instanceMetadataTags"
INSTANCE_METADATA_DEFAULTS = recorded(
    "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults",
    {**each(text, _CHOICES, default="no-preference"), "httpPutResponseHopLimit": number(default=-1)},
    id="{region}",
)

TYPES = (ENCRYPTION_BY_DEFAULT, DEFAULT_KMS_KEY, SNAPSHOT_BLOCK_PUBLIC_ACCESS, INSTANCE_METADATA_DEFAULTS)
