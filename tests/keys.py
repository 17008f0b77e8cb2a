"""Keys and certificates for tests, made when they are asked for."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


@dataclass(frozen=True, slots=True)
class KeyPair:
    """In PEM form."""

    private: bytes
    public: bytes


@cache
def rsa_pair(size: int = 2048) -> KeyPair:
    return _pair(rsa.generate_private_key(65537, size))


@cache
def ec_pair(curve: type[ec.EllipticCurve] = ec.SECP256R1) -> KeyPair:
    return _pair(ec.generate_private_key(curve()))


def _pair(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> KeyPair:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return KeyPair(private, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def certificate(pair: KeyPair, serial: int = 1) -> bytes:
    """For 127.0.0.1, signed by itself, in PEM form."""
    key = load_pem_private_key(pair.private, None)
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "healthcheckd test")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")])
    built = x509.CertificateBuilder(
        name, name, key.public_key(), serial, now - timedelta(days=1), now + timedelta(days=1)
    )
    return built.add_extension(names, critical=False).sign(key, SHA256()).public_bytes(Encoding.PEM)
