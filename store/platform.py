"""What differs between operating systems: syncing to the medium, locks, modes, core dumps."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import resource
import stat
from pathlib import Path
from typing import Final

NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_OLD: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK  # no wait for a pipe
_LOCK: Final = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
_FULL_SYNC: Final[int | None] = getattr(fcntl, "F_FULLFSYNC", None)
_PRIVATE_FILE: Final = 0o600
_PRIVATE_FOLDER: Final = 0o700
_OTHERS_WRITE: Final = 0o022
_OTHERS: Final = 0o077
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SET_DUMPABLE: Final = 4  # PR_SET_DUMPABLE of prctl(2)
_KEYS: Final = {  # numbers of add_key(2) and keyctl(2); the rest of Linux uses the generic table
    "x86_64": (248, 250),
    "i386": (286, 288),
    "i686": (286, 288),
    "armv6l": (309, 311),
    "armv7l": (309, 311),
    "ppc64le": (269, 271),
    "s390x": (278, 280),
}
_GENERIC_KEYS: Final = (217, 219)
_KIND: Final = b"user"  # its payload can be read back, and is never swapped out
_PROCESS, _USER = -2, -4  # KEY_SPEC_PROCESS_KEYRING, KEY_SPEC_USER_KEYRING
_REVOKE, _SETPERM, _LINK, _UNLINK, _SEARCH, _READ, _TIMEOUT = 3, 5, 8, 9, 10, 11, 15  # KEYCTL_...
_POSSESSOR: Final = 0x3B000000  # view, read, search, link, setattr; not write, nobody else at all
_HELD: Final = 4096  # bytes
_NO_KEY: Final = frozenset(
    getattr(errno, name, -1) for name in ("ENOKEY", "EKEYEXPIRED", "EKEYREVOKED")
)


def harden() -> tuple[str, ...]:
    """Keep this process's secrets out of files and other programs; return what held.

    `umask`: what is made is ours alone. `core`: a crash writes no memory to disk. `dump`: no
    other process of this user may read our memory (Linux). Each as far as the system goes.
    """
    os.umask(_OTHERS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    dump = prctl is not None and prctl(_SET_DUMPABLE, 0, 0, 0, 0) == 0
    return ("umask", "core", *(["dump"] if dump else []))


def create(path: Path) -> int:
    """Return a descriptor for writing a file that did not exist; mode 0600 under any umask."""
    descriptor = os.open(path, NEW, _PRIVATE_FILE)
    os.fchmod(descriptor, _PRIVATE_FILE)
    return descriptor


def open_existing(path: Path) -> int:
    """Return a descriptor for reading; OSError for a symbolic link."""
    return os.open(path, _OLD)


def create_folder(path: Path) -> None:
    """Make a folder of mode 0700 under any umask; OSError when it is there."""
    path.mkdir(mode=_PRIVATE_FOLDER)
    path.chmod(_PRIVATE_FOLDER)


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of `data`: a nearly full disk takes part of it before it says so."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def reserve(path: Path, size: int) -> None:
    """Make a file that takes `size` bytes of the medium; OSError, and no file, without the room."""
    descriptor = create(path)
    try:
        os.posix_fallocate(descriptor, 0, size)
    except OSError:
        path.unlink()
        raise
    finally:
        os.close(descriptor)


def room(path: Path) -> int:
    """Return how many bytes we may still write to the medium of `path`."""
    found = os.statvfs(path)
    return found.f_bavail * found.f_frsize


def is_full(error: OSError) -> bool:
    """Whether an error says that there is no room: on the medium, in a quota, under a limit."""
    return error.errno in _FULL


def sync(descriptor: int) -> None:
    """Return when the file's data are on the medium."""
    if _FULL_SYNC is not None:  # pragma: no cover - macOS, whose fdatasync stops at the drive
        fcntl.fcntl(descriptor, _FULL_SYNC)
    else:
        os.fdatasync(descriptor)


def forget(descriptor: int) -> None:
    """Ask that a synced file's data be read from the medium next time, not from memory."""
    advise = getattr(os, "posix_fadvise", None)
    if advise is not None:  # pragma: no branch - Linux
        advise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def sync_folder(path: Path) -> None:
    """Return when the names in a folder are on the medium."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_private(path: Path, *, file: bool = False) -> bool:
    """Whether `path` is a real folder (a plain `file`), ours, and nobody else may write to it."""
    found = path.lstat()
    ours = found.st_uid == os.geteuid()
    kind = stat.S_ISREG if file else stat.S_ISDIR
    return kind(found.st_mode) and ours and not found.st_mode & _OTHERS_WRITE


def is_ours_alone(path: Path) -> bool:
    """Whether something is ours and others may neither read nor write it; a link's target counts.

    True for what is not there any more.
    """
    try:
        found = path.stat()
    except OSError:
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & _OTHERS


def written_at(path: Path) -> float:
    """Return when a file was last written, in seconds since 1970."""
    return path.lstat().st_mtime


def lock(path: Path) -> tuple[int, bool]:
    """Return a descriptor of the lock file and whether we hold the lock now.

    flock, not lockf: a POSIX lock is lost when any code of the process closes the file.
    """
    descriptor = os.open(path, _LOCK, _PRIVATE_FILE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return descriptor, False
    return descriptor, True


def is_locked(path: Path) -> bool:
    """Whether another process holds the lock file now; asks for no more than a moment."""
    try:
        descriptor = os.open(path, _OLD)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def here() -> tuple[int, str]:
    """Return our process id and the host's name."""
    return os.getpid(), os.uname().nodename


def hold_key(name: str, data: bytes, seconds: int) -> None:
    """Keep `data` in the memory of the kernel, for this user and so many seconds; OSError.

    It is in the process's own keyring until all is set: a process that ends half-way leaves
    nothing behind that has no end. The user keyring, not the session's: a session may have none
    (then one is made that ends with this process), or one that a logout revoked under tmux.
    """
    add, _ = _key_calls()
    payload = ctypes.create_string_buffer(data, len(data))
    try:
        key = _call(add, _KIND, name.encode("ascii"), payload, len(data), _PROCESS)
    finally:
        ctypes.memset(payload, 0, len(data))
    _keyctl(_TIMEOUT, key, seconds)
    _keyctl(_SETPERM, key, _POSSESSOR)
    _keyctl(_LINK, key, _USER)
    _keyctl(_UNLINK, key, _PROCESS)  # or the next one would be an update, which nobody may


def held_key(name: str) -> bytes | None:
    """Return what `hold_key` keeps; None where it is no more; OSError where there is no keyring."""
    key = _key_of(name)
    if key is None:
        return None
    room = ctypes.create_string_buffer(_HELD)
    size = _keyctl(_READ, key, room, _HELD)
    data = room.raw[: min(size, _HELD)]
    ctypes.memset(room, 0, _HELD)
    return data


def drop_key(name: str) -> bool:
    """Revoke what `hold_key` keeps; return whether there was something. OSError as `held_key`."""
    key = _key_of(name)
    if key is not None:
        _keyctl(_REVOKE, key)
    return key is not None


def _key_of(name: str) -> int | None:
    try:
        # whoever logged in without pam_keyinit does not possess what is in their user keyring
        _keyctl(_LINK, _USER, _PROCESS)
        return _keyctl(_SEARCH, _USER, _KIND, name.encode("ascii"), 0)
    except OSError as error:
        if error.errno in _NO_KEY:
            return None
        raise


def _keyctl(*arguments: object) -> int:
    return _call(_key_calls()[1], *arguments)


def _key_calls() -> tuple[int, int]:
    found = os.uname()
    if found.sysname != "Linux":
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    return _KEYS.get(found.machine, _GENERIC_KEYS)


def _call(number: int, *arguments: object) -> int:
    """Make a system call that the C library has no function for; raise OSError."""
    system = ctypes.CDLL(None, use_errno=True)
    told = (ctypes.c_long(each) if isinstance(each, int) else each for each in arguments)
    system.syscall.restype = ctypes.c_long
    done: int = system.syscall(ctypes.c_long(number), *told)
    if done < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return done
