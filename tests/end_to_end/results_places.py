#!/usr/bin/python3
"""Results where the user wants them: by links of every kind, with the rights that the file had, and in folders that
anybody may write.

    python3 results_places.py TRAWL
"""

import os
import stat
import time

from disturbed_run import SOME_BYTES, DisturbedRun, standing_job
from trawl_runs import check, job_text, main

QUIET = ("--progress", "none")


def run(trawl, results, *more, expect=0):
    return trawl.run("run", "job.yaml", "-o", results, *QUIET, *more, expect=expect)


def link(trawl, name, target):
    path = trawl.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)
    return path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def links_are_followed(trawl):
    store = trawl.folder / "store"
    run(trawl, "store/r.h5")
    cases = {
        "to a file": (link(trawl, "r.h5", "store/r.h5"), "store/r.h5"),
        "to a link": (link(trawl, "again.h5", "r.h5"), "store/r.h5"),
        "in another folder": (link(trawl, "other/r.h5", "../store/r.h5"), "store/r.h5"),
        "absolute": (link(trawl, "absolute.h5", store / "r.h5"), "store/r.h5"),
        "of a folder": (link(trawl, "by-folder", "store") / "r.h5", "store/r.h5"),
        "dangling": (link(trawl, "dangling.h5", "store/new.h5"), "store/new.h5"),
        "dangling folder": (link(trawl, "no-folder", "made") / "r.h5", "made/r.h5"),
    }
    for n, (what, (path, target)) in enumerate(cases.items()):
        said = run(trawl, path.relative_to(trawl.folder), "--set", f"search.n_trials={n + 5}")
        check(f"results: {target}" in said or f"results: {trawl.folder / target}" in said, f"{what}: {said}")
        kept = path if path.is_symlink() else path.parent
        check(kept.is_symlink(), f"{what}: the link was replaced")
        check((trawl.folder / target).is_file(), f"{what}: no target")
        trawl.check_same(path, target)
    for name in ("store", "other", "made"):
        left = [entry for entry in names(trawl.folder / name) if not entry.endswith(".h5")]
        check(not left, f"left behind in {name}: {left}")


def link_and_target_lock_each_other_out(trawl):
    link(trawl, "l.h5", "store/l.h5")
    first = DisturbedRun(trawl, "standing.yaml", "-o", "l.h5")
    first.wait_until(lambda: trawl.journal_bytes("store/l.h5") > SOME_BYTES, "results beside the target")
    check(not list(trawl.folder.glob("l.h5.*")), "something lies beside the link")
    for name in ("store/l.h5", "l.h5"):
        said = trawl.run("run", "standing.yaml", "-o", name, expect=4)
        check("another run writes store/l.h5" in said, f"not noticed:\n{said}")
    # The link leads elsewhere now: this run stays where it was.
    (trawl.folder / "l.h5").unlink()
    link(trawl, "l.h5", "store/elsewhere.h5")
    first.open()
    first.end()
    check(not (trawl.folder / "store/elsewhere.h5").exists(), "it followed a link that was changed")
    check(trawl.is_complete("store/l.h5"), "not complete")
    check((trawl.folder / "l.h5").is_symlink(), "the new link was replaced")


def other_verbs_follow(trawl):
    for shard in range(2):
        run(trawl, f"part-{shard}.h5", "--shard", f"{shard}/2")
    link(trawl, "merged.h5", "store/merged.h5")
    trawl.run("merge", "part-0.h5", "part-1.h5", "-o", "merged.h5")
    check((trawl.folder / "store/merged.h5").is_file(), "merge did not follow")
    said = trawl.run("merge", "part-0.h5", "part-1.h5", "-o", "merged.h5", expect=2)
    check("exists" in said, f"a link to what exists: {said}")
    trawl.run("repair", "merged.h5")
    link(trawl, "tables", "store/tables")  # leads to nothing yet
    trawl.run("export", "merged.h5", "--csv", "tables")
    trawl.run("export", "merged.h5", "--csv", "tables")
    check("trials.csv" in names(trawl.folder / "store/tables"), "export did not follow")


def refused(trawl):
    link(trawl, "a.h5", "b.h5")
    link(trawl, "b.h5", "a.h5")
    link(trawl, "self.h5", "self.h5")
    link(trawl, "to-folder", "store")
    os.mkfifo(trawl.folder / "pipe")
    cases = {"a.h5": "circle of links", "self.h5": "circle of links", "to-folder": "is a folder", "store": "is a folder",
             "store/": "is a folder", "pipe": "a pipe or a device", "a.h5/r.h5": "circle of links"}
    for name, text in cases.items():
        said = run(trawl, name, expect=2)
        check(text in said and name.strip("/") in said, f"{name}: not clear:\n{said}")
        check(said.count("error") == 1, f"{name}: said more than once:\n{said}")


def rights_are_kept(trawl):
    path = trawl.folder / "rights.h5"
    run(trawl, "rights.h5")
    other_group = next((group for group in (os.getgroups() if os.geteuid() else [1]) if group != os.getegid()), None)
    if other_group is not None:
        os.chown(path, -1, other_group)
    for n, mode in enumerate((0o640, 0o600, 0o664, 0o444)):
        path.chmod(mode)
        run(trawl, "rights.h5", "--set", f"search.n_trials={n + 5}")
        now = path.stat()
        check(stat.S_IMODE(now.st_mode) == mode, f"mode {mode:o} became {stat.S_IMODE(now.st_mode):o}")
        check(other_group in (None, now.st_gid), f"group {other_group} became {now.st_gid}")
    shared = trawl.folder / "group"
    shared.mkdir()
    if other_group is not None:
        os.chown(shared, -1, other_group)
        shared.chmod(0o2775)
        run(trawl, "group/r.h5")
        check((shared / "r.h5").stat().st_gid == other_group, "the folder's group was not taken")
    before = os.umask(0o027)
    run(trawl, "masked.h5")
    os.umask(before)
    check(stat.S_IMODE((trawl.folder / "masked.h5").stat().st_mode) == 0o640, "the umask does not count")


def hard_links_are_told(trawl):
    run(trawl, "hard.h5")
    os.link(trawl.folder / "hard.h5", trawl.folder / "name.h5")
    said = run(trawl, "hard.h5", "--set", "search.n_trials=5")
    check("hard.h5 has 2 names (hard links)" in said, f"not said:\n{said}")
    said = trawl.run("diff", "hard.h5", "name.h5", expect=1)


def others_cannot_stop_or_misuse_it(trawl):
    """Another user was here first, in a folder as /tmp, where the kernel protects nobody."""
    if os.geteuid() != 0:
        print("skipped: only root can make files of another user", flush=True)
        return
    nobody = 65534
    shared = trawl.folder / "tmp"
    shared.mkdir()
    shared.chmod(0o1777)
    victim = trawl.write("victim", "precious\n")
    shared_names = ("r.h5", "r.h5.lock", "r.h5.checkpoints")
    for name in shared_names:
        for kind in ("file", "link"):
            path = shared / name
            path.symlink_to(victim) if kind == "link" else path.touch(0o666)
            os.chown(path, nobody, -1, follow_symlinks=False)
            said = run(trawl, f"tmp/{name if name == 'r.h5' else 'r.h5'}", expect=(2, 4))
            check("belongs to" in said and "65534" in said and f"tmp/{name}" in said, f"{name}, {kind}: not clear:\n{said}")
            check(victim.read_text() == "precious\n", f"{name}: the victim was overwritten")
            check(path.is_symlink() == (kind == "link"), f"{name}: it was touched")
            path.unlink()
            for left in shared.glob("r.h5*"):
                left.unlink()
    # Links of our own are followed, and what we left is taken.
    (shared / "mine.h5").symlink_to("r.h5")
    (shared / "r.h5.tmp.000").write_text("left over")
    trawl.run("run", "job.yaml", "-o", "tmp/mine.h5", *QUIET, "--set", "cluster.checkpoint_every=0.001")
    check(names(shared) == ["mine.h5", "r.h5"], f"there are {names(shared)}")


PLANTED = {
    "file": lambda path: path.touch(0o666),
    "link": lambda path: path.symlink_to("/etc/hostname"),
    "pipe": lambda path: os.mkfifo(path, 0o666),
    "folder": lambda path: path.mkdir(),
}


def planted_names_are_left_out(trawl):
    """Another user takes the next names while a run goes on, and keeps them when it is resumed."""
    if os.geteuid() != 0:
        print("skipped: only root can make files of another user", flush=True)
        return
    run(trawl, "alone.h5")
    shared = trawl.folder / "tmp3"
    shared.mkdir()
    shared.chmod(0o1777)
    for kind, plant in PLANTED.items():
        for name in ("r.h5.journal.000", "r.h5.journal.001", "r.h5.tmp.000", "r.h5.tmp.001", "r.h5.tmp.002"):
            plant(shared / name)
            os.chown(shared / name, 65534, -1, follow_symlinks=False)
        before = names(shared)
        first = DisturbedRun(trawl, "standing.yaml", "-o", "tmp3/r.h5")
        first.wait_until_said("journal.001 is not this study's journal")
        first.wait_until(lambda: (shared / "r.h5.journal.002").exists(), "a segment")
        plant(shared / "r.h5.journal.003")
        os.chown(shared / "r.h5.journal.003", 65534, -1, follow_symlinks=False)
        time.sleep(1.5)
        check(first.goes_on(), f"{kind}: it has stopped:\n{first.said()}")
        first.process.kill()
        first.process.wait()
        said = trawl.run("run", "standing.yaml", "-o", "tmp3/r.h5", *QUIET)
        check("is resumed" in said, f"{kind}: not resumed:\n{said}")
        check(names(shared) == sorted([*before, "r.h5", "r.h5.journal.003"]), f"{kind}: there are {names(shared)}")
        for path in shared.iterdir():
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()


def what_is_no_lock_is_left_alone(trawl):
    precious = trawl.write("thesis", "precious\n")
    lock = trawl.folder / "kept.h5.lock"
    os.link(precious, lock)
    said = run(trawl, "kept.h5", expect=4)
    check("hard link" in said and "kept.h5.lock" in said, f"not clear:\n{said}")
    lock.unlink()
    lock.write_text("precious\n")
    said = run(trawl, "kept.h5", expect=4)
    check("is not a lock of trawl" in said, f"not clear:\n{said}")
    check(precious.read_text() == lock.read_text() == "precious\n", "it was overwritten")
    lock.unlink()
    os.mkfifo(lock)
    said = run(trawl, "kept.h5", expect=4)
    check("is no file" in said, f"not clear:\n{said}")


def status_says_what_it_is(trawl):
    (trawl.folder / "empty.h5").touch()
    for name, text in (("pipe", "is a pipe"), ("empty.h5", "is empty"), ("a.h5", "circle of links"),
                       ("store", "is a folder"), ("none.h5", "there is no results file")):
        said = trawl.run("status", name, expect=(2, 4))
        check(text in said and name in said, f"{name}: not clear:\n{said}")
    begin = time.monotonic()
    said = run(trawl, "/proc/x.h5", expect=4)
    check("/proc takes no files" in said and time.monotonic() - begin < 5.0, f"/proc: not clear:\n{said}")


def checkpoints_are_ours_alone(trawl):
    shared = trawl.folder / "tmp2"
    shared.mkdir()
    shared.chmod(0o1777)
    run = DisturbedRun(trawl, "standing.yaml", "-o", "tmp2/r.h5", "--set", "cluster.checkpoint_every=0.001")
    folder = shared / "r.h5.checkpoints"
    run.wait_until(lambda: trawl.journal_bytes("tmp2/r.h5") > SOME_BYTES, "results")
    if folder.exists():
        check(stat.S_IMODE(folder.stat().st_mode) == 0o700, f"checkpoints: mode {folder.stat().st_mode:o}")
    run.open()
    run.end()


def test(trawl):
    trawl.write("job.yaml", job_text("places", n_trials=4, epochs=2, rows=200))
    trawl.write("standing.yaml", standing_job())
    for case in (
        links_are_followed, link_and_target_lock_each_other_out, other_verbs_follow, refused, rights_are_kept,
        hard_links_are_told, others_cannot_stop_or_misuse_it, planted_names_are_left_out, what_is_no_lock_is_left_alone,
        status_says_what_it_is, checkpoints_are_ours_alone,
    ):
        case(trawl)
        print(f"{case.__name__}: as it should be", flush=True)


main(test)
