"""Encryption at rest: the keys, and files that are encrypted whole.

A file is encrypted by AES-256-GCM under a key of its own, derived from ours by HKDF-SHA256 and a
random salt, so that no nonce can repeat. It begins with what is needed to read it: a mark, the id
of our key, the salt and the nonce, all of which the tag covers. DuckDB encrypts its own files, with
a password derived from the same key. Plain and encrypted files can lie side by side: turning
encryption on, and a rotation that was interrupted, leave nothing that cannot be read.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from warehouse.errors import EncryptionError, TamperedError
from warehouse.files import replace_atomically, settle, sha256_of

KEY_VARIABLE, KEY_FILE_VARIABLE = "CALLQA_KEY", "CALLQA_KEY_FILE"

KEY_CHECK = "key.check"
"""An empty file under the lake's key: with another one, a lake is refused before it is written."""

_MARK = b"callqa encrypted 1\n"
_KEY_SIZE = 32
_ID_SIZE = 8
_SALT_SIZE = 32
_NONCE_SIZE = 12
_HEADER_SIZE = len(_MARK) + _ID_SIZE + _SALT_SIZE + _NONCE_SIZE
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Key:
    """A key of ours; its text representation does not show it.

    Attributes:
        secret: The 32 bytes.
    """

    secret: bytes = field(repr=False)

    @property
    def key_id(self) -> str:
        """What files name the key by; nothing about the key follows from it."""
        return self._derived(b"callqa key id", b"")[:_ID_SIZE].hex()

    @property
    def database_password(self) -> str:
        """The password of DuckDB files; the key does not follow from it."""
        return base64.b64encode(self._derived(b"callqa database", b"")).decode()

    def encrypted(self, content: bytes) -> bytes:
        """A file's content under this key."""
        salt, nonce = secrets.token_bytes(_SALT_SIZE), secrets.token_bytes(_NONCE_SIZE)
        header = _MARK + bytes.fromhex(self.key_id) + salt + nonce
        return header + self._cipher(salt).encrypt(nonce, content, header)

    def decrypted(self, content: bytes) -> bytes:
        """The content of a file that is under this key.

        Raises:
            InvalidTag: It is not what was written.
        """
        header, body = content[:_HEADER_SIZE], content[_HEADER_SIZE:]
        salt, nonce = header[-_SALT_SIZE - _NONCE_SIZE : -_NONCE_SIZE], header[-_NONCE_SIZE:]
        return self._cipher(salt).decrypt(nonce, body, header)

    def _cipher(self, salt: bytes) -> AESGCM:
        return AESGCM(self._derived(b"callqa file", salt))

    def _derived(self, purpose: bytes, salt: bytes) -> bytes:
        return HKDF(SHA256(), _KEY_SIZE, salt, purpose).derive(self.secret)


def parse_keys(text: str, source: str) -> tuple[Key, ...]:
    """The keys in a text: the first one encrypts, the others only read what is older.

    Args:
        text: Keys in base64 with white space between them.
        source: Where the text is from, for messages.

    Raises:
        EncryptionError: One of them is no key; the message does not quote it.
    """
    found = []
    for number, word in enumerate(text.split(), 1):
        try:
            secret = base64.b64decode(word, validate=True)
        except (binascii.Error, ValueError):
            secret = b""
        if len(secret) != _KEY_SIZE:
            raise EncryptionError(
                f"{source}: key {number} is not valid; expected {_KEY_SIZE} bytes in base64, as"
                " `callqa key new` writes them"
            )
        found.append(Key(secret))
    if not found:
        raise EncryptionError(f"{source}: holds no key; `callqa key new` writes one")
    return tuple(found)


def read_key_file(path: Path) -> tuple[Key, ...]:
    """The keys of a file that nobody else can read.

    Raises:
        EncryptionError: It cannot be read, others have access to it, or it holds something else.
    """
    try:
        if path.stat().st_mode & _OTHERS:
            raise EncryptionError(f"{path}: others have access to the key; `chmod 600 {path}`")
        return parse_keys(path.read_text(encoding="ascii"), str(path))
    except UnicodeDecodeError:
        raise EncryptionError(f"{path}: is not a key file; expected keys in base64") from None
    except OSError as error:
        raise EncryptionError(
            f"{path}: the key cannot be read ({error.strerror}); restore it from where it is kept,"
            f" or correct {KEY_FILE_VARIABLE}"
        ) from None


def keys() -> tuple[Key, ...]:
    """The keys of this process, from its environment; none if nothing is to be encrypted.

    Raises:
        EncryptionError: They cannot be used.
    """
    given, file = (os.environ.get(name, "") for name in (KEY_VARIABLE, KEY_FILE_VARIABLE))
    if given and file:
        raise EncryptionError(f"{KEY_VARIABLE} and {KEY_FILE_VARIABLE}: expected only one of them")
    if file:
        changed = Path(file).stat().st_mtime_ns if Path(file).exists() else 0
        return _keys_of_file(file, changed)
    return parse_keys(given, KEY_VARIABLE) if given else ()


def has_key() -> bool:
    """Whether what is written is encrypted; errors as `keys`."""
    return bool(keys())


@lru_cache(maxsize=2)
def _keys_of_file(path: str, _: int) -> tuple[Key, ...]:
    return read_key_file(Path(path))


def encrypted(content: bytes) -> bytes:
    """What is stored of a content: itself, or under the first key if there are keys."""
    found = keys()
    return found[0].encrypted(content) if found else content


def decrypted(content: bytes, path: str | Path) -> bytes:
    """The content of a stored file, plain or encrypted.

    Args:
        content: What the file holds.
        path: Its name, for messages.

    Raises:
        EncryptionError: None of our keys can read it.
        TamperedError: It is not what was written under the key.
    """
    if not content.startswith(_MARK):
        return content
    key_id = content[len(_MARK) : len(_MARK) + _ID_SIZE].hex()
    for key in keys():
        if key.key_id == key_id:
            try:
                return key.decrypted(content)
            except InvalidTag:
                raise TamperedError(f"{path}: its content is not what callqa wrote") from None
    raise EncryptionError(f"{path}: is encrypted with the key {key_id}; {missing()}")


def missing() -> str:
    """What to do about a key that we do not have."""
    known = ", ".join(key.key_id for key in keys()) or "no key"
    return (
        f"this process has {known}. Set {KEY_FILE_VARIABLE} or {KEY_VARIABLE} to the right key,"
        " from its backup; nothing was changed. Without the key nobody can read the data: see"
        " flows/governance/docs/encryption.md"
    )


def read_decrypted(path: Path) -> bytes:
    """The content of a file, plain or encrypted; errors as `decrypted`."""
    return decrypted(path.read_bytes(), path)


def key_id_of(path: Path) -> str | None:
    """Id of the key under which a file is; None for a plain one."""
    with path.open("rb") as file:
        head = file.read(_HEADER_SIZE)
    return head[len(_MARK) : len(_MARK) + _ID_SIZE].hex() if head.startswith(_MARK) else None


def write_encrypted(path: Path, content: bytes) -> None:
    """Replace a file atomically, encrypted if there are keys."""
    replace_atomically(path, encrypted(content))


def content_sha256(path: Path) -> str:
    """Hash of the content, in hexadecimal: the same whether and however a file is encrypted."""
    return sha256_of(path) if key_id_of(path) is None else sha256(read_decrypted(path)).hexdigest()


def add_key(path: Path) -> Key:
    """Write a new key before those of a file, which only its owner can read.

    Raises:
        EncryptionError: The file exists, and holds something else or can be read by others.
    """
    older = path.read_text(encoding="ascii") if path.exists() and read_key_file(path) else ""
    text = base64.b64encode(secrets.token_bytes(_KEY_SIZE)).decode()
    draft = path.with_name(f"{path.name}.tmp")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"{text}\n{older}")
    settle(draft, path)
    return read_key_file(path)[0]
