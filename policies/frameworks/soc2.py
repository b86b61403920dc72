"""SOC 2: the trust services criteria of 2017, all five categories."""

SOURCE = (
    "the trust services criteria (CC1.1 to CC9.2, A1, C1, PI1, P1 to P8), of which the technical ones are in "
    "prowler-cloud/prowler prowler/compliance/aws/soc2_aws.json; the others are from memory: have an auditor confirm it"
)
REQUIREMENTS = """
CC1.1 O commitment to integrity and ethical values
CC1.2 O the board oversees internal control
CC1.3 T structures, reporting lines and authorities
CC1.4 O competent people are attracted and kept
CC1.5 O people are accountable for internal control
CC2.1 T good information supports internal control
CC2.2 O internal communication on internal control
CC2.3 O communication with outsiders on internal control
CC3.1 T objectives are clear enough to assess risks
CC3.2 T risks are identified and analysed
CC3.3 T fraud is considered
CC3.4 T changes that matter are identified
CC4.1 O controls are evaluated
CC4.2 T deficiencies are told to those who mend them
CC5.1 O controls are selected against risks
CC5.2 T general controls over technology
CC5.3 O controls are deployed by policies and procedures
CC6.1 T logical access to protected assets is restricted
CC6.2 T users are registered and authorised, and removed
CC6.3 T access follows roles, least privilege and separation of duties
CC6.4 O physical access is restricted
CC6.5 O assets are disposed of safely
CC6.6 T threats from outside the boundaries are kept out
CC6.7 T information is restricted and protected when it moves
CC6.8 T unauthorised and malicious software is prevented or found
CC7.1 T vulnerabilities and configuration changes are detected
CC7.2 T components are monitored for anomalies
CC7.3 T events are evaluated
CC7.4 T incidents are answered
CC7.5 T recovery from incidents
CC8.1 T changes are authorised, tested and approved
CC9.1 O risks of disruption are mitigated
CC9.2 O risks of vendors and partners are managed
A1.1 T capacity is monitored and managed
A1.2 T backups and infrastructure for recovery
A1.3 O recovery is tested
C1.1 T confidential information is identified and kept
C1.2 T confidential information is disposed of
PI1.1 O specifications of processing
PI1.2 T inputs are complete and accurate
PI1.3 T processing is complete and accurate
PI1.4 T outputs are complete and accurate
PI1.5 T stored inputs and outputs are complete and protected
P1.1 O notice of privacy practices
P2.1 O choice and consent
P3.1 O personal information is collected as agreed
P3.2 O explicit consent where needed
P4.1 O personal information is used for its purposes
P4.2 O personal information is kept no longer than needed
P4.3 O personal information is disposed of
P5.1 O people can see what is known of them
P5.2 O people can correct it
P6.1 O disclosure to third parties with consent
P6.2 O a record of disclosures
P6.3 O a record of unauthorised disclosures
P6.4 O third parties commit to privacy
P6.5 O third parties tell of unauthorised disclosures
P6.6 O those concerned are told of breaches
P6.7 O people get an account of disclosures
P7.1 O personal information is accurate
P8.1 O complaints about privacy are answered
"""
