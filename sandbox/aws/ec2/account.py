"""What an account sets once for each region, through the EC2 API."""

from __future__ import annotations

from sandbox.forms import written
from sandbox.model import Call, fields
from sandbox.recorded import recorded
from sandbox.resource import Resource


def _encrypt(it: Resource) -> None:
    it.call(f"{'enable' if it.inputs.get('enabled') is not False else 'disable'}_ebs_encryption_by_default")


ENCRYPTION_BY_DEFAULT = written("aws:ebs/encryptionByDefault:EncryptionByDefault", "ec2",
    fields("enabled:bool=true"),
    id="{region}",
    put=_encrypt,
    get=Call("get_ebs_encryption_by_default", result="{enabled: EbsEncryptionByDefault}"),
    delete=Call("disable_ebs_encryption_by_default", send=()),
)  # fmt: skip

DEFAULT_KMS_KEY = written("aws:ebs/defaultKmsKey:DefaultKmsKey", "ec2",
    fields("keyArn!*"),  # replaces: provider documentation
    id="{region}",
    put=Call("modify_ebs_default_kms_key_id", args={"KmsKeyId": "{keyArn}"}),
    get=Call("get_ebs_default_kms_key_id", result="KmsKeyId != 'alias/aws/ebs' && {keyArn: KmsKeyId}"),
    delete=Call("reset_ebs_default_kms_key_id", send=()),
)  # fmt: skip

SNAPSHOT_BLOCK_PUBLIC_ACCESS = recorded("aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess",
    fields("state!"), id="{region}", overwrites=True,
)  # fmt: skip

INSTANCE_METADATA_DEFAULTS = recorded("aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults",
    fields("""httpEndpoint=no-preference httpTokens=no-preference instanceMetadataTags=no-preference
           httpPutResponseHopLimit:int=-1"""),
    id="{region}", overwrites=True,
)  # fmt: skip

TYPES = (ENCRYPTION_BY_DEFAULT, DEFAULT_KMS_KEY, SNAPSHOT_BLOCK_PUBLIC_ACCESS, INSTANCE_METADATA_DEFAULTS)
