"""CIS AWS Foundations Benchmark 3.0.0."""

SOURCE = (
    "prowler-cloud/prowler prowler/compliance/aws/cis_3.0_aws.json and turbot/steampipe-mod-aws-compliance cis_v300"
)
REQUIREMENTS = """
1.1 O contact details are current
1.2 O a security contact is registered
1.3 O security questions are registered
1.4 E the root user has no access key
1.5 E the root user has a second factor
1.6 E that second factor is hardware
1.7 O the root user is not used for daily work
1.8 T passwords have 14 characters or more
1.9 T passwords are not used again
1.10 E users with a console password have a second factor
1.11 E no access keys at set-up for users with a console password
1.12 E credentials unused for 45 days are disabled
1.13 E one active access key for each user
1.14 E access keys change every 90 days
1.15 T users get permissions through groups only
1.16 T no policy allows everything
1.17 T a role for incidents with AWS Support
1.18 T instances have roles instead of keys
1.19 E expired certificates are removed
1.20 T an access analyzer in every region
1.21 T users are managed centrally
1.22 T full access to CloudShell is restricted
2.1.1 T buckets deny requests without TLS
2.1.2 E deleting versions takes a second factor
2.1.3 E data in buckets is discovered and classified
2.1.4 T public access of buckets is blocked
2.2.1 T volumes are encrypted in all regions
2.3.1 T databases are encrypted
2.3.2 T databases take minor versions by themselves
2.3.3 T databases are not public
2.4.1 T file systems are encrypted
3.1 T a trail in all regions
3.2 T the trail's log files are validated
3.3 T AWS Config in all regions
3.4 T access to the trail's bucket is logged
3.5 T the trail is encrypted with a customer key
3.6 T symmetric customer keys are rotated
3.7 T flow logs in every VPC
3.8 T writes of objects are logged
3.9 T reads of objects are logged
4.1 T unauthorised calls are monitored
4.2 T console logins without a second factor are monitored
4.3 T use of the root user is monitored
4.4 T changes of IAM policies are monitored
4.5 T changes of the trail are monitored
4.6 T failed console logins are monitored
4.7 T disabling and deleting keys is monitored
4.8 T changes of bucket policies are monitored
4.9 T changes of AWS Config are monitored
4.10 T changes of security groups are monitored
4.11 T changes of network ACLs are monitored
4.12 T changes of gateways are monitored
4.13 T changes of route tables are monitored
4.14 T changes of VPCs are monitored
4.15 T changes of the organisation are monitored
4.16 T Security Hub is on
5.1 T no network ACL opens administration ports to the internet
5.2 T no security group opens administration ports to IPv4
5.3 T no security group opens administration ports to IPv6
5.4 T default security groups allow nothing
5.5 T routes of peerings are least access
5.6 T instances take version 2 of the metadata service alone
"""
