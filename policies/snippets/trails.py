"""How a trail is made, and who cannot stop it."""

_TRAIL = """\
from components.evidence.trail import Trail, TrailArgs

Trail(
    "trail",
    TrailArgs(
        trail_name="prod",
        account_id=account_id,
        region=region,
        bucket=archive.name,
        prefix="trail/",
        key_arn=key.arn,
        object_arns=tuple(f"arn:aws:s3:::kestrel-prod-{{name}}/" for name in ("archive", "ledger")),{note}
        log_group_days=400,
    ),
)
"""

SNIPPETS = {
    "CT-01": _TRAIL.format(note=""),
    "CT-02": _TRAIL.format(note=""),
    "CT-03": _TRAIL.format(note=""),
    "CT-04": _TRAIL.format(note=""),
    "CT-05": _TRAIL.format(note="\n        # every bucket of financial, audit or card data"),
    "CT-06": """\
from dataclasses import replace

from components.bucket_policy import trail_delivery
from components.evidence.trail import Trail
from components.private_bucket import PrivateBucket

writer = trail_delivery(f"arn:aws:cloudtrail:{region}:{account_id}:trail/prod", "trail/", account_id)
locked = replace(bucket_args, access_log_bucket=access_logs.bucket, lock_days=365, writers=(writer,))
evidence = PrivateBucket("evidence", locked)
Trail("trail", replace(trail_args, bucket=evidence.name))
""",
    "CT-07": """\
from components.policy_document import Statement, policy_json
from pulumi_aws import iam

kept = Statement(
    sid="TrailGoesOn",
    effect="Deny",
    actions=("cloudtrail:Delete*", "cloudtrail:Put*", "cloudtrail:Stop*", "cloudtrail:Update*"),
    resources=("*",),
)
iam.RolePolicy("trail-goes-on", role=role.name, policy=policy_json(kept))
""",
}
