"""The control plane's certificates and keys: made anew for each one, and of no use outside of it."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME_DAYS = 365
SERVICE_ADDRESS = "10.96.0.1"  # the first of the service range, which the service `kubernetes` gets
SERVER_NAMES = (
    "localhost",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
)
# Users and groups as https://kubernetes.io/docs/setup/best-practices/certificates/ names them: the API server's own
# RBAC bindings are to these. The administrator is in system:masters, which no rule restricts.
USERS = {
    "admin": ("sandbox-admin", ("system:masters",)),
    "kube-controller-manager": ("system:kube-controller-manager", ()),
    "kube-scheduler": ("system:kube-scheduler", ()),
    "kwok": ("system:kwok", ()),
    "rollouts-controller": ("system:argo-rollouts", ()),
}


@dataclass(frozen=True)
class Issuer:
    """An authority: its certificate and key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def create(cls, name: str) -> Issuer:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(name)
        builder = _builder(subject, subject, key.public_key())
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
        return cls(builder.sign(key, hashes.SHA256()), key)

    def issue(
        self, user: str, groups: Sequence[str] = (), *, server: bool = False
    ) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        """A client's certificate; with `server` one that a server on loopback also serves with."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_name(user, groups), self.certificate.subject, key.public_key())
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
        purposes = [ExtendedKeyUsageOID.CLIENT_AUTH, *([ExtendedKeyUsageOID.SERVER_AUTH] if server else [])]
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        if server:
            addresses = [x509.IPAddress(ipaddress.ip_address(one)) for one in ("127.0.0.1", SERVICE_ADDRESS)]
            names = [x509.DNSName(one) for one in SERVER_NAMES]
            builder = builder.add_extension(x509.SubjectAlternativeName([*names, *addresses]), critical=False)
        return builder.sign(self.key, hashes.SHA256()), key


def create(directory: Path) -> None:
    """Write every certificate and key into `directory`, readable by this user alone.

    `NAME.crt` and `NAME.key` of ca, etcd-ca, apiserver, loopback, etcd, apiserver-etcd-client and each of USERS; the
    pair that signs service accounts' tokens as service-accounts.key and service-accounts.pub. The authority of etcd is
    one of its own: a client of the API server must not be one of etcd, where nothing is authorised.
    """
    directory.mkdir(mode=0o700)
    cluster, etcd = Issuer.create("sandbox-kubernetes"), Issuer.create("sandbox-etcd")
    pairs = {
        "ca": (cluster.certificate, cluster.key),
        "etcd-ca": (etcd.certificate, etcd.key),
        "apiserver": cluster.issue("kube-apiserver", server=True),
        "loopback": cluster.issue("sandbox-loopback", server=True),
        "etcd": etcd.issue("etcd", server=True),
        "apiserver-etcd-client": etcd.issue("kube-apiserver"),
        **{name: cluster.issue(user, groups) for name, (user, groups) in USERS.items()},
    }
    for name, (certificate, key) in pairs.items():
        _write(directory / f"{name}.crt", certificate.public_bytes(serialization.Encoding.PEM))
        _write(directory / f"{name}.key", _private(key))
    signer = ec.generate_private_key(ec.SECP256R1())
    _write(directory / "service-accounts.key", _private(signer))
    public = signer.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    _write(directory / "service-accounts.pub", public)


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=LIFETIME_DAYS))
    )


def _name(user: str, groups: Sequence[str] = ()) -> x509.Name:
    organizations = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
    return x509.Name([*organizations, x509.NameAttribute(NameOID.COMMON_NAME, user)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(file: Path, content: bytes) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(content)
