"""What records and reports: trails, logs, alarms, threat detection, configuration."""

from platformctl.live.listings.listing import Listing, named, of
from policies import tokens

WATCHING = (
    Listing(tokens.TRAIL, "list_trails", "Trails[?HomeRegion == '{region}'].TrailARN"),
    Listing(tokens.LOG_GROUP, "describe_log_groups", "logGroups[].logGroupName"),
    named(
        "describe_metric_filters",
        "logGroupName",
        "metricFilters[].filterName",
        "{id}:{found}",
        tokens.LOG_GROUP,
        tokens.LOG_METRIC_FILTER,
    ),
    Listing(
        "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
        "describe_resource_policies",
        "resourcePolicies[].policyName",
    ),
    Listing(tokens.METRIC_ALARM, "describe_alarms", "MetricAlarms[].AlarmName"),
    Listing(
        tokens.COMPOSITE_ALARM,
        "describe_alarms",
        "CompositeAlarms[].AlarmName",
        args={"AlarmTypes": ["CompositeAlarm"]},
    ),
    Listing(tokens.THREAT_DETECTOR, "list_detectors", "DetectorIds"),
    named(
        "get_detector",
        "DetectorId",
        "Features[].Name",
        "{id}/{found}",
        tokens.THREAT_DETECTOR,
        tokens.THREAT_DETECTOR_FEATURE,
    ),
    Listing(tokens.SECURITY_HUB, fixed="{account}"),
    of(
        tokens.SECURITY_HUB,
        tokens.SECURITY_HUB_STANDARD,
        "get_enabled_standards",
        "StandardsSubscriptions[].StandardsSubscriptionArn",
    ),
    Listing(tokens.CONFIG_RECORDER, "describe_configuration_recorders", "ConfigurationRecorders[].name"),
    of(tokens.CONFIG_RECORDER, tokens.CONFIG_RECORDER_STATUS),
    Listing(tokens.CONFIG_CHANNEL, "describe_delivery_channels", "DeliveryChannels[].name"),
)
