"""What values of settings look like: the patterns, and in words what each means."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MEANINGS = {
    r"^[0-9]{12}$": "twelve digits in quotes",
    r"^arn:aws:iam::[0-9]{12}:role/[\w+=,.@/-]+$": "an IAM role: arn:aws:iam::<account>:role/<name>",
    r"^arn:aws:iam::[0-9]{12}:user/[\w+=,.@/-]+$": "an IAM user: arn:aws:iam::<account>:user/<name>",
    r"^[a-z]+[0-9]-az[1-8]$": "a zone id such as euc1-az1",
    r"^[a-z]([a-z0-9-]{0,14}[a-z0-9])?$": "1 to 16 of a-z 0-9 -, a letter first and no - last",
    r"^[A-Z]{2,6}-[0-9]{3,6}$": "a cost centre such as PAY-1200",
    r"^o-[a-z0-9]{10,32}$": "the id of an AWS organisation such as o-a1b2c3d4e5",
    r"^[0-9]{1,2}(\.[0-9]{1,2})?$": "a version in quotes: the major (17), or with its minor (17.6)",
    r"^sha256:[0-9a-f]{64}$": "the digest of an image, sha256: and 64 of 0-9 a-f: a tag can be moved",
    r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$": "a domain name such as api.example.com",
    r"^arn:aws:acm:[a-z0-9-]+:[0-9]{12}:certificate/[0-9a-f-]{36}$": "the ARN of a certificate in ACM",
    r"^[a-z][a-z0-9-]{0,62}$": "the name of a team: 1 to 63 of a-z 0-9 -, a letter first",
    r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$": "a time of the day in quotes, 00:00 to 24:00",
}
_ACCOUNT_ID, _ROLE_ARN, _USER_ARN, _ZONE_ID, _NAME, _COST_CENTRE, _ORGANISATION_ID, _VERSION, *_MORE = MEANINGS
_DIGEST, _HOST, _CERTIFICATE_ARN, _TEAM, _TIME = _MORE

Region = Literal["eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-3"]
AccountId = Annotated[str, Field(pattern=_ACCOUNT_ID)]
OrganisationId = Annotated[str, Field(pattern=_ORGANISATION_ID)]
RoleArn = Annotated[str, Field(pattern=_ROLE_ARN)]
UserArn = Annotated[str, Field(pattern=_USER_ARN)]
ZoneId = Annotated[str, Field(pattern=_ZONE_ID)]
Name = Annotated[str, Field(pattern=_NAME)]
CostCentre = Annotated[str, Field(pattern=_COST_CENTRE)]
Version = Annotated[str, Field(pattern=_VERSION)]
Digest = Annotated[str, Field(pattern=_DIGEST)]
Host = Annotated[str, Field(pattern=_HOST)]
CertificateArn = Annotated[str, Field(pattern=_CERTIFICATE_ARN)]
Team = Annotated[str, Field(pattern=_TEAM)]
TimeOfDay = Annotated[str, Field(pattern=_TIME)]
Days = Annotated[int, Field(ge=1, le=3650)]


class Strict(BaseModel):
    """A section or a part of one: unknown keys and wrong types are errors."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", use_attribute_docstrings=True)
