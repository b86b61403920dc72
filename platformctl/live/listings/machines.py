"""Machines, what they are made from, their disks, and what the region says of both."""

from platformctl.live.listings.listing import Listing
from policies import tokens

MACHINES = (
    Listing(tokens.LAUNCH_TEMPLATE, "describe_launch_templates", "LaunchTemplates[].LaunchTemplateId"),
    Listing(tokens.DISK_ENCRYPTION, fixed="{region}"),
    Listing(
        tokens.INSTANCE, "describe_instances", "Reservations[].Instances[?State.Name != 'terminated'][].InstanceId"
    ),
    Listing(tokens.VOLUME, "describe_volumes", "Volumes[?length(Attachments[?DeleteOnTermination]) == `0`].VolumeId"),
    Listing(tokens.INSTANCE_METADATA_DEFAULTS, fixed="{region}"),
)
