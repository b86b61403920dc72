"""PCI DSS 4.0.1, requirements 1 to 12 and appendices A1 and A2; A3 is for entities that a payment brand designates."""

SOURCE = (
    "ComplianceAsCode/content controls/pcidss_4.yml (version 4.0), completed by the sections of "
    "prowler-cloud/prowler prowler/compliance/aws/pci_4.0_aws.json; have an assessor confirm it"
)
REQUIREMENTS = """
1.1.1 O policies and procedures for network security
1.1.2 O roles for network security
1.2.1 T standards for the rules of network controls
1.2.2 O changes of network controls follow change control
1.2.3 O a current network diagram
1.2.4 O a current data-flow diagram
1.2.5 T every allowed service, protocol and port has a business need
1.2.6 T insecure services, protocols and ports are secured otherwise
1.2.7 O rules of network controls are reviewed twice a year
1.2.8 T configuration of network controls is guarded and true to what runs
1.3.1 T inbound traffic to card data is what is needed, the rest is denied
1.3.2 T outbound traffic from card data is what is needed, the rest is denied
1.3.3 O network controls between wireless networks and card data
1.4.1 T network controls between trusted and untrusted networks
1.4.2 T inbound traffic from untrusted networks is limited to what serves the public
1.4.3 E forged source addresses are detected and blocked
1.4.4 T stores of card data are not reachable from untrusted networks
1.4.5 T internal addresses and routes are not disclosed
1.5.1 E devices on untrusted and card-data networks have security controls
2.1.1 O policies and procedures for secure configuration
2.1.2 O roles for secure configuration
2.2.1 T configuration standards for all components
2.2.2 T vendors' default accounts are managed
2.2.3 T functions of different security levels are kept apart
2.2.4 T only necessary services and functions are on
2.2.5 O insecure services are justified and their risk reduced
2.2.6 T security parameters are set against misuse
2.2.7 T administrative access is encrypted
2.3.1 O wireless defaults are changed
2.3.2 O wireless keys are changed
3.1.1 O policies and procedures for stored account data
3.1.2 O roles for stored account data
3.2.1 T account data is kept no longer than needed
3.3.1 E sensitive authentication data is not kept after authorisation
3.3.1.1 E full track data is not kept
3.3.1.2 E card verification codes are not kept
3.3.1.3 E PINs and PIN blocks are not kept
3.3.2 T sensitive authentication data is encrypted before authorisation
3.3.3 E issuers limit and encrypt sensitive authentication data
3.4.1 E card numbers are masked when shown
3.4.2 E card numbers cannot be copied over remote access
3.5.1 T card numbers are unreadable wherever stored
3.5.1.1 E hashes of card numbers are keyed
3.5.1.2 T disk encryption alone does not protect card numbers
3.5.1.3 T access to encrypted disks is apart from the system's own
3.6.1 T keys that protect account data are guarded
3.6.1.1 O service providers document their cryptography
3.6.1.2 T secret and private keys are stored in a secure form
3.6.1.3 T few custodians can reach key components
3.6.1.4 T keys are in as few places as possible
3.7.1 T strong keys are generated
3.7.2 T keys are distributed securely
3.7.3 T keys are stored securely
3.7.4 T keys are changed at the end of their period
3.7.5 T keys are retired, replaced or destroyed when needed
3.7.6 O manual key operations take two persons
3.7.7 T keys cannot be substituted
3.7.8 O custodians acknowledge their duties
3.7.9 O service providers guide customers with whom they share keys
4.1.1 O policies and procedures for transmission
4.1.2 O roles for transmission
4.2.1 T card numbers are strongly encrypted over public networks
4.2.1.1 T an inventory of trusted keys and certificates
4.2.1.2 O wireless networks use strong cryptography
4.2.2 E card numbers in messages are encrypted
5.1.1 O policies and procedures against malware
5.1.2 O roles against malware
5.2.1 T protection against malware on all components at risk
5.2.2 E it finds all known kinds of malware
5.2.3 O components not at risk are evaluated
5.2.3.1 O the frequency of that evaluation comes from a risk analysis
5.3.1 E protection against malware is current
5.3.2 T it scans, or watches behaviour all the time
5.3.2.1 O the frequency of scans comes from a risk analysis
5.3.3 E removable media are scanned
5.3.4 E logs of malware protection are kept
5.3.5 E users cannot disable malware protection
5.4.1 E protection against phishing
6.1.1 O policies and procedures for secure software
6.1.2 O roles for secure software
6.2.1 O software is developed securely
6.2.2 O developers are trained every year
6.2.3 O software is reviewed before release
6.2.3.1 O manual reviews are by somebody else and approved
6.2.4 E common attacks on software are prevented
6.3.1 O vulnerabilities are identified and ranked
6.3.2 T an inventory of own and third-party software
6.3.3 T known vulnerabilities are patched in time
6.4.1 O public web applications are assessed or protected
6.4.2 T public web applications are protected automatically
6.4.3 E scripts on payment pages are managed
6.5.1 T changes in production follow procedures
6.5.2 O requirements are confirmed after significant changes
6.5.3 T production is apart from other environments
6.5.4 T roles are separate between production and other environments
6.5.5 O live card numbers stay out of other environments
6.5.6 O test data and accounts leave before production
7.1.1 O policies and procedures for access
7.1.2 O roles for access
7.2.1 T an access model by need and least privilege
7.2.2 T access is assigned by job and least privilege
7.2.3 T privileges are approved by authorised people
7.2.4 T accounts and privileges are reviewed twice a year
7.2.5 T application and system accounts have least privilege
7.2.5.1 O access of those accounts is reviewed
7.2.6 T few can query stores of card data
7.3.1 T an access control system covers all components
7.3.2 T it enforces what was assigned to people and systems
7.3.3 T it denies all by default
8.1.1 O policies and procedures for identities
8.1.2 O roles for identities
8.2.1 T every user has an own identity
8.2.2 T shared accounts are exceptions
8.2.3 E service providers use other credentials for each customer
8.2.4 O changes of identities are authorised
8.2.5 O access of leavers ends at once
8.2.6 E accounts unused for 90 days are disabled
8.2.7 O remote accounts of third parties are managed
8.2.8 T idle sessions end after 15 minutes
8.3.1 T all access of users is authenticated
8.3.2 T credentials are unreadable in transmission and storage
8.3.3 O identity is verified before credentials change
8.3.4 E failed attempts lock accounts
8.3.5 E first passwords are unique and changed at once
8.3.6 T passwords are long and mixed
8.3.7 T the last four passwords are not used again
8.3.8 O users are taught about authentication
8.3.9 T single-factor passwords change every 90 days or access is judged as it happens
8.3.10 O service providers guide customers on passwords
8.3.10.1 E customers' single-factor passwords change every 90 days
8.3.11 O tokens, cards and certificates belong to one person
8.4.1 T a second factor for administrators of card data
8.4.2 T a second factor for all access to card data
8.4.3 T a second factor for remote access
8.5.1 E systems for second factors cannot be misused
8.6.1 T interactive use of system accounts is an exception
8.6.2 T no passwords of system accounts in code or files
8.6.3 T passwords of system accounts change and are complex
9.1.1 O policies and procedures for physical access
9.1.2 O roles for physical access
9.2.1 O entry to facilities is controlled
9.2.1.1 O sensitive areas are monitored
9.2.2 O public network jacks are restricted
9.2.3 O network hardware is out of reach
9.2.4 O consoles are locked
9.3.1 O physical access of personnel is authorised
9.3.1.1 O access to sensitive areas is controlled
9.3.2 O visitors are authorised
9.3.3 O badges are returned
9.3.4 O visits are logged
9.4.1 O media are physically secure
9.4.1.1 O offline backups are in a secure place
9.4.1.2 O that place is reviewed every year
9.4.2 O media are classified
9.4.3 O media sent outside are secured
9.4.4 O management approves moving media
9.4.5 O inventories of electronic media
9.4.5.1 O those are taken every year
9.4.6 O paper is destroyed
9.4.7 O electronic media are destroyed
9.5.1 O payment terminals are protected
9.5.1.1 O a list of payment terminals
9.5.1.2 O terminals are inspected
9.5.1.2.1 O the frequency of inspections comes from a risk analysis
9.5.1.3 O personnel are trained on terminals
10.1.1 O policies and procedures for logging
10.1.2 O roles for logging
10.2.1 T audit logs are on for all components and card data
10.2.1.1 T logs hold every person's access to card data
10.2.1.2 T logs hold what administrators do
10.2.1.3 T logs hold access to audit logs
10.2.1.4 T logs hold failed access
10.2.1.5 T logs hold changes of credentials
10.2.1.6 T logs hold starts and stops of logging
10.2.1.7 T logs hold creation and deletion of system objects
10.2.2 T each event says who, what, when, where and whether it worked
10.3.1 T few can read audit logs
10.3.2 T nobody can modify audit logs
10.3.3 T audit logs are backed up where they are hard to modify
10.3.4 T changes of audit logs are noticed
10.4.1 T logs are reviewed every day
10.4.1.1 T reviews are automated
10.4.2 T logs of other components are reviewed
10.4.2.1 O the frequency of that review comes from a risk analysis
10.4.3 O anomalies are addressed
10.5.1 T audit logs are kept for 12 months, 3 of them at hand
10.6.1 E clocks are synchronised
10.6.2 E time comes from trusted sources
10.6.3 E time settings are protected
10.7.1 T service providers detect failures of security controls
10.7.2 T failures of security controls are detected and alerted
10.7.3 O failures of security controls are answered
11.1.1 O policies and procedures for testing
11.1.2 O roles for testing
11.2.1 O wireless access points are looked for
11.2.2 O an inventory of wireless access points
11.3.1 T internal scans for vulnerabilities
11.3.1.1 O other vulnerabilities are managed by risk
11.3.1.2 E internal scans log in
11.3.1.3 O internal scans after significant changes
11.3.2 O external scans by an approved vendor
11.3.2.1 O external scans after significant changes
11.4.1 O a method for penetration tests
11.4.2 O internal penetration tests
11.4.3 O external penetration tests
11.4.4 O what they find is corrected
11.4.5 O segmentation is tested
11.4.6 O service providers test segmentation twice a year
11.4.7 O multi-tenant providers support their customers' tests
11.5.1 T intrusions are detected or prevented
11.5.1.1 T service providers detect covert channels of malware
11.5.2 T changes of critical files are detected
11.6.1 E changes of payment pages are detected
12.1.1 O a security policy
12.1.2 O it is reviewed every year
12.1.3 O it defines roles
12.1.4 O an executive is responsible
12.2.1 O acceptable use of technology
12.3.1 O targeted risk analyses
12.3.2 O risk analyses for customised approaches
12.3.3 O ciphers and protocols are reviewed every year
12.3.4 O technologies are reviewed every year
12.4.1 O service providers' executives own a compliance programme
12.4.2 O service providers review tasks every quarter
12.4.2.1 O those reviews are documented
12.5.1 T an inventory of components in scope
12.5.2 O scope is confirmed every year
12.5.2.1 O service providers confirm scope twice a year
12.5.3 O service providers review scope after reorganisations
12.6.1 O a security awareness programme
12.6.2 O it is reviewed every year
12.6.3 O personnel are trained
12.6.3.1 O training covers threats
12.6.3.2 O training covers acceptable use
12.7.1 O personnel are screened
12.8.1 O a list of service providers
12.8.2 O agreements with service providers
12.8.3 O due diligence before engaging them
12.8.4 O their compliance is monitored
12.8.5 O who is responsible for what is recorded
12.9.1 O service providers acknowledge responsibility
12.9.2 O service providers support their customers' requests
12.10.1 O an incident response plan
12.10.2 O it is tested every year
12.10.3 O somebody is available at all hours
12.10.4 O responders are trained
12.10.4.1 O the frequency of training comes from a risk analysis
12.10.5 T the plan answers alerts of monitoring systems
12.10.6 O the plan learns from incidents
12.10.7 O procedures for card numbers found where none should be
A1.1.1 T multi-tenant providers and customers are separate
A1.1.2 T each customer reaches its own data alone
A1.1.3 T each customer reaches its own resources alone
A1.1.4 O that separation is tested twice a year
A1.2.1 T logs for each customer's environment
A1.2.2 O forensic investigations for customers
A1.2.3 O customers can report incidents and vulnerabilities
A2.1.1 O terminals with early TLS are not open to known exploits
A2.1.2 O service providers plan to leave early TLS
A2.1.3 O service providers offer a secure service
"""
