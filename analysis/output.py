"""Files and folders that are written where other users may have been first: in a folder such as /tmp."""

import os
import stat
from io import BytesIO
from pathlib import Path

from .results_error import ResultsError

MOST_LINKS = 40  # as the kernel


def own_path(path):
    """The path with links followed, of which none, nor what they lead to, may be another user's in a folder that anybody may
    write. The folder's owner is trusted. Raises ResultsError."""
    path = Path(path)
    for _ in range(MOST_LINKS):
        refuse_others(path)
        if not path.is_symlink():
            return path
        path = path.parent / os.readlink(path)
    raise ResultsError(f"{path} leads in a circle of links")


def refuse_others(path):
    folder = os.stat(path.parent) if path.parent.exists() else None
    if folder is None or not os.path.lexists(path):
        return
    anybody_writes = folder.st_mode & stat.S_ISVTX and folder.st_mode & stat.S_IWOTH
    if anybody_writes and owner_of(path) not in (os.geteuid(), folder.st_uid):
        raise ResultsError(f"{path} is another user's, in a folder that anybody may write: choose another place with -o")


def owner_of(path):
    return os.lstat(path).st_uid


def make_folder(path):
    """The folder, made where it is not there."""
    path = own_path(path)
    path.mkdir(parents=True, exist_ok=True)
    return path


def write_bytes(path, content):
    """Follows no link that was put there meanwhile."""
    descriptor = os.open(own_path(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def write_text(path, text):
    write_bytes(path, text.encode("utf-8"))


def save_figure(figure, path, **more):
    """In the format of the name's ending, PNG where it has none. Raises ValueError for one that matplotlib does not know."""
    content = BytesIO()
    figure.savefig(content, format=Path(path).suffix[1:] or "png", **more)
    write_bytes(path, content.getvalue())
