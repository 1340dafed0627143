"""That no Python modules of analysis/ import one another in a circle, also not from inside a function."""

import ast
from pathlib import PurePath


def modules(root):
    """{name: file} of the package: "analysis.report" is analysis/report/__init__.py."""
    found = {}
    for path in sorted((root / "analysis").glob("**/*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def base_of(node, name, path):
    """The module or package that `from BASE import ...` names."""
    if node.level == 0:
        return node.module
    package = name.split(".") if PurePath(path).name == "__init__.py" else name.split(".")[:-1]
    return ".".join(package[: len(package) - node.level + 1] + ([node.module] if node.module else []))


def imports(name, path, known):
    """The modules that this one imports, of those that are known, with the line of the first import."""
    found = {}
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = base_of(node, name, path)
            whole = [f"{base}.{alias.name}" for alias in node.names]
            names = [each if each in known else base for each in whole]
        for each in names:
            if each in known:
                found[each] = min(node.lineno, found.get(each, node.lineno))
    return found


def way(graph, start, end):
    """The shortest way from start to end, both included; [] if there is none."""
    ways = [[start]]
    seen = set()
    for path in ways:
        for following in graph[path[-1]]:
            if following == end:
                return [*path, following]
            if following not in seen:
                seen.add(following)
                ways.append([*path, following])
    return []


def circle_violations(root):
    """One line for each import that leads back to where it stands."""
    known = modules(root)
    graph = {name: imports(name, path, known) for name, path in known.items()}
    found = []
    for name, followings in graph.items():
        for following, line in followings.items():
            back = [name] if following == name else way(graph, following, name)
            if back:
                circle = " -> ".join([name, *([following] if following == name else back)])
                found.append(f"{known[name].relative_to(root)}:{line}: imports in a circle: {circle}")
    return found
