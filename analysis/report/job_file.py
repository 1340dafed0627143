"""The head of a job file made of trials: the study's own job without its search. The page's script appends the trials picked."""

SECTIONS = "study data model training parameters objective cluster".split()


def head(results):
    """The study's own lines, as text."""
    lines, keep = [], False
    for line in results.study.job_resolved.splitlines():
        if line[:1].strip():
            keep = line.split(":")[0] in SECTIONS
        if keep:
            lines.append(line)
    return "\n".join(lines)


def seed(results):
    return results.study.job.get("search", {}).get("seed", 0)
