"""Paths as the program takes them (jobs/README.md), where no shell has expanded them: in quotes, in `-o=~/x`, in a notebook."""

import os
import re

from .output import own_path
from .results_error import ResultsError

VARIABLE = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))", re.ASCII)
SQLITE = re.compile(r"(sqlite(?:\+\w+)?:///)([^?]*)(.*)", re.DOTALL)


def expanded_path(path):
    """The path with the home folder for a `~` at its front, that of a user for `~name`, and values of the environment for $NAME
    and ${NAME}. One that is there as it stands is taken as it stands.

    Raises ResultsError for a variable that is not set or empty, an unknown user, and a folder called ~ that would have to be made.
    """
    path = os.fspath(path)
    front = path.partition("/")[0]
    if front != "~" and (not ("~" in path or "$" in path) or os.path.lexists(path)):
        return path
    expanded = VARIABLE.sub(lambda found: value_of(found[1] or found[2], path), path)
    if front.startswith("~"):
        user, slash, rest = expanded.partition("/")
        expanded = home_of(user, path) + slash + rest
    refuse_new_tilde(expanded)
    return expanded


def value_of(name, path):
    value = os.environ.get(name)
    if not value:
        raise ResultsError(f"{path}: the environment variable {name} is not set; set it, or write the path")
    return value


def home_of(user, path):
    """user: with its ~."""
    home = os.path.expanduser(user) if user != "~" or os.environ.get("HOME") != "" else user
    if home != user:
        return home
    if user == "~":
        raise ResultsError(f"{path}: HOME is not set, so ~ is no folder; write the whole path")
    raise ResultsError(f"{path}: there is no user {user[1:]}; write the whole path, or ./{path} for a file of that name")


def refuse_new_tilde(path):
    """Whoever removes a folder called ~ in a shell loses the home folder."""
    place = ""
    for part in path.split("/"):
        place += part
        if part == "~" and not os.path.lexists(place):
            raise ResultsError(f"{path}: a folder called ~ is not made; only at the front of a path ~ is the home folder")
        place += "/"


def expanded_storage(url):
    """A storage's URL; of those with a file, sqlite:///FILE, that is a path, and not another user's in a shared folder."""
    found = SQLITE.fullmatch(url)
    if not found:
        return url
    path = expanded_path(found[2])
    if path:
        own_path(path)
    return found[1] + path + found[3]
