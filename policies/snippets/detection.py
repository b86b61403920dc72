"""What watches an account: one component for each region."""

_DETECTION = """\
from components.detection import Detection, DetectionArgs

Detection(
    "detection",
    DetectionArgs(
        environment="prod",
        region=region,
        home=True,{note}
        other_regions=(),
        config_role_arn=config_role_arn,
        config_bucket=bucket.bucket,
        config_prefix="config",
    ),
)
"""

SNIPPETS = {
    "DET-01": _DETECTION.format(note=""),
    "DET-02": _DETECTION.format(note=""),
    "DET-03": _DETECTION.format(note="  # records roles and users too, in one region alone"),
    "DET-04": """\
from dataclasses import replace

from components.detection import Detection
from components.evidence.trail import Trail

# One for each region that resources are in; the trail is one for all of them.
Trail("trail", trail_args)
for place in ("eu-central-1", "eu-west-1"):
    Detection(f"detection-{place}", replace(detection_args, region=place, home=place == "eu-central-1"))
""",
}
