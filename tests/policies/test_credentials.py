"""Credentials are told from what only resembles them."""

import pytest

from policies.credentials import FORMATS, assigned, format_in, holds_secret, is_literal, kind_of

# Put together here, so that no scanner takes this file for a leak.
A36 = "a1B2c3D4e5F6" * 3
LEAKS = {
    "AWS access key": ["AKIA" + "Q2W3E4R5T6Y7ZABC"[:16], "key ASIA" + "A" * 16 + " and more"],
    "private key": ["-----BEGIN " + "RSA PRIVATE KEY-----\nMII", "-----BEGIN " + "PRIVATE KEY-----", "x\n-----BEGIN "
                    + "PGP PRIVATE KEY BLOCK-----"],
    "age key": ["AGE-SECRET-" + "KEY-1" + "Q" * 58],
    "GitHub token": ["ghp_" + A36, "https://x-access-token:ghs_" + A36 + "@github.com", "github_" + "pat_" + A36],
    "GitLab token": ["glpat" + "-abcdefghij0123456789"],
    "Slack token": ["xoxb" + "-123456789012-abcdefghijkl"],
    "Slack webhook": ["https://hooks.slack.com" + "/services/T000/B000/abcdefghijklmnop"],
    "Stripe key": ["sk_" + "live_" + A36, "rk_" + "test_" + A36],
    "Stripe webhook secret": ["whsec" + "_" + A36],
    "Google API key": ["AIza" + A36[:35]],
    "SendGrid key": ["SG." + A36[:22] + "." + (A36 * 2)[:43]],
    "Grafana token": ["glsa" + "_" + A36],
    "Pulumi token": ["pul-" + "0a" * 20],
    "npm token": ["npm" + "_" + A36],
    "PyPI token": ["pypi-" + "AgEI" + A36 * 2],
    "AI service key": ["sk-" + "proj-" + A36 * 2],
    "Azure storage key": ["AccountKey=" + A36 * 3],
    "JSON web token": ["eyJ" + "hbGciOiJI.eyJ" + "zdWIiOiIx." + A36],
    "authorization header": ["Authorization: Bearer " + A36, "Basic " + "dXNlcjpodW50ZXIyaHVudGVyMg=="],
    "URL with a password": ["postgres://billing:" + "hunter2@db:5432/x", "https://u:" + "p4ss@host"],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in LEAKS.items() for text in texts])
def test_every_format_is_known_wherever_it_stands(kind: str, text: str) -> None:
    assert format_in(text) == kind
    assert format_in(f"some\nwords {text}\nmore") == kind


def test_every_format_has_an_example() -> None:
    assert {form.kind for form in FORMATS} == set(LEAKS)


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "arn:aws:iam::111122223333:role/foundation/key-administrator",
        "arn:aws:secretsmanager:eu-central-1:111122223333:secret:billing/stripe-AbCdEf",
        "AROAIOSFODNN7ABCDEFGH",  # the id of a role, no key
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "-----BEGIN CERTIFICATE-----\nMIIDQTCCAimgAwIBAgITBmyfz5m/jAo54vB4ikPmljZbyjANBgkqhkiG9w0BAQsF\n-----END CERT",
        "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE",
        "postgres://billing@db:5432/x",
        "postgres://billing:${PASSWORD}@db/x",
        "https://token.actions.githubusercontent.com",
        "v1:2nJrI1wcJ18=:v1:/s3APWmTF4aN9lUv:7FdSHpvpCq26q56cncT88VTtYWFTdQ==",
        "Basic authentication of the load balancer",
        "the token: ask the platform team",
        "s3://bucket/path?region=eu-central-1&awssdk=v2",
        "awskms://alias/billing-state?region=eu-central-1",
        "task-sk-runner",
    ],
)
def test_what_only_resembles_a_credential_is_none(text: str) -> None:
    assert kind_of("description", text) is None


@pytest.mark.parametrize(
    "name",
    [
        *("password", "masterPassword", "DB_PASSWORD", "PGPASSWORD", "master_password", "passwordWo", "secretString"),
        *("apiKey", "stripe-api-key", "APIKey", "privateKey", "AWS_SECRET_ACCESS_KEY", "authToken", "clientSecret"),
        *("billing-platform:stripeToken", "webhook_secret", "credentials", "passphrase", "signingKey"),
    ],
)
def test_names_of_secrets(name: str) -> None:
    assert holds_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        *("passwordPolicy", "minimumPasswordLength", "secretArn", "masterUserSecretKmsKeyId", "httpTokens", "tokenUrl"),
        *("secretName", "kmsKeyId", "keyId", "creationToken", "clientToken", "imagePullSecret", "existing_secret", ""),
        *("password_encryption", "rds.force_ssl", "secretsmanager", "publicKey", "hostedZone", "token_lifetime_s"),
    ],
)
def test_names_that_only_sound_like_it(name: str) -> None:
    assert not holds_secret(name)


@pytest.mark.parametrize(
    "value",
    ["arn:aws:secretsmanager:x", "${DB_PASSWORD}", "$DB_PASSWORD", "{{resolve:ssm:x}}", "<from the vault>", "true",
     "alias/billing", "/billing/staging/db-password", "https://issuer.example.com/token", "****", "", "required"],
)  # fmt: skip
def test_references_placeholders_and_switches_are_no_literals(value: str) -> None:
    assert not is_literal(value)


@pytest.mark.parametrize(
    "text",
    [
        "#!/bin/sh\nexport DB_PASSWORD=hunter2\n",
        "host=db user=billing password=hunter2 sslmode=require",
        "db:\n  password: hunter2\n",
        'psql --password="hunter2" billing',
        "jdbc:postgresql://db/x?user=billing&password=hunter2",
    ],
)
def test_assignments_in_scripts_and_connection_strings_are_found(text: str) -> None:
    assert len(list(assigned(text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        '#!/bin/sh\nexport DB_PASSWORD=$(aws ssm get-parameter --name x)\nPGPASSWORD="$DB_PASSWORD"\n',
        "password_encryption = scram-sha-256\nssl = on\n",
        "secret:\n  name: database\n",
        "Rotates the token: weekly",
    ],
)
def test_scripts_that_fetch_their_secrets_are_fine(text: str) -> None:
    assert list(assigned(text)) == []
