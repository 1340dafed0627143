"""The rules of the house, on this tree and on small trees that break them."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import house_rules
import import_rules
import map_rules

ROOT = Path(__file__).resolve().parents[2]
TABLE = """| module | may include | is the only place for |
|---|---|---|
| base | - | errors |
| h5 | base | `<hdf5.h>` |
| study | base | the domain |
"""


def tracked_files():
    """The files of this tree; those under version control where there is one."""
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True)
    if listed.returncode == 0:
        return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    return [path for path in ROOT.glob("**/*") if path.is_file() and "build" not in path.relative_to(ROOT).parts]


class ThisTree(unittest.TestCase):
    def holds(self, violations):
        self.assertEqual([], violations, "\n" + "\n".join(violations))

    def test_table_has_every_module(self):
        self.assertIn("app", house_rules.table(ROOT))
        self.assertEqual("comm", house_rules.homes(ROOT)["mpi.h"])
        self.holds(house_rules.table_violations(ROOT))

    def test_includes_follow_the_table(self):
        self.holds(house_rules.include_violations(ROOT))

    def test_links_follow_the_table(self):
        self.holds(house_rules.link_violations(ROOT))

    def test_sources_include_their_header_first(self):
        self.holds(house_rules.first_include_violations(ROOT))

    def test_no_two_classes_share_a_name(self):
        self.holds(house_rules.name_clashes(ROOT))

    def test_every_module_has_tests(self):
        self.holds(house_rules.untested_modules(ROOT))

    def test_no_file_is_too_long(self):
        self.holds(house_rules.length_violations(ROOT, tracked_files()))

    def test_sources_have_headers(self):
        self.holds(house_rules.sources_without_header(ROOT))

    def test_every_file_is_on_the_map(self):
        self.assertIn("base/error", map_rules.stems(ROOT))
        self.holds(map_rules.map_violations(ROOT))

    def test_no_module_of_the_analysis_imports_in_a_circle(self):
        self.assertIn("analysis.report", import_rules.modules(ROOT))
        self.holds(import_rules.circle_violations(ROOT))

    def test_every_folder_is_named(self):
        self.holds(house_rules.unnamed_folders(ROOT, tracked_files()))

    def test_no_test_is_skipped_in_silence(self):
        self.holds(house_rules.quiet_skips([path for path in tracked_files() if "tests" in path.parts]))


class BrokenTrees(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write("ARCHITECTURE.md", TABLE)
        self.write("src/base/a.cpp", '#include "trawl/base/a.hpp"\n')
        self.write("include/trawl/base/a.hpp", "#pragma once\n")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def test_an_arrow_that_points_back(self):
        self.write("src/base/b.cpp", '\n#include "trawl/study/trial.hpp"\n')
        self.assertEqual(["src/base/b.cpp:2: base may not include study"], house_rules.include_violations(self.root))

    def test_a_library_outside_its_home(self):
        self.write("include/trawl/study/x.hpp", "#include <hdf5.h>\n")
        self.assertEqual(["include/trawl/study/x.hpp:1: <hdf5.h> belongs to h5"], house_rules.include_violations(self.root))

    def test_a_link_that_is_not_in_the_row(self):
        self.write("src/base/CMakeLists.txt", "trawl_module(\n  base\n  SOURCES a.cpp\n  USES study\n  LIBRARIES fmt::fmt)\n")
        self.assertEqual(["src/base/CMakeLists.txt: base may not link study"], house_rules.link_violations(self.root))

    def test_a_module_without_a_row(self):
        self.write("src/extra/a.cpp", "")
        self.assertEqual(["src/extra: not in the table of ARCHITECTURE.md"], house_rules.table_violations(self.root))

    def test_a_module_without_tests(self):
        self.assertEqual(["tests/base: no test of src/base"], house_rules.untested_modules(self.root))

    def test_a_file_that_is_too_long(self):
        path = self.write("src/base/long.cpp", "\n" * 601)
        self.assertEqual(["src/base/long.cpp: 601 lines, more than 600"], house_rules.length_violations(self.root, [path]))

    def test_a_source_that_includes_something_else_first(self):
        self.write("src/base/a.cpp", '#include <string>\n#include "trawl/base/a.hpp"\n')
        self.assertEqual(1, len(house_rules.first_include_violations(self.root)))

    def test_a_source_without_a_header(self):
        for name in ("alone", "public", "private"):
            self.write(f"src/base/{name}.cpp", "")
        self.write("include/trawl/base/public.hpp", "")
        self.write("src/base/private.hpp", "")
        self.assertEqual(["src/base/alone.cpp: no header of this name"], house_rules.sources_without_header(self.root))

    def test_two_classes_of_one_name(self):
        self.write("include/trawl/base/a.hpp", "namespace trawl {\nclass File {};\nstruct Other;\n}\n")
        self.write("include/trawl/h5/a.hpp", "namespace trawl::h5 {\nclass File : Base {\n};\n}\n")
        self.write("src/base/a.cpp", "namespace trawl {\nclass File::Impl {\n};\n}\n")
        self.assertEqual([], house_rules.name_clashes(self.root))
        self.write("include/trawl/study/a.hpp", "namespace trawl {\nclass File final : Base {\n};\n}\n")
        self.assertEqual(1, len(house_rules.name_clashes(self.root)))

    def test_a_folder_that_is_not_named(self):
        self.write("ARCHITECTURE.md", TABLE + "`tests/` (and `slow/`)")
        files = [self.write(name, "") for name in ("tests/base/a.cpp", "tests/slow/a.py", "tests/odd/a.py", "extra/a.py")]
        found = [line.partition(":")[0] for line in house_rules.unnamed_folders(self.root, files)]
        self.assertEqual(["extra/", "tests/odd/"], found)

    def draw_map(self, *lines):
        """A map of the tree: src/base/a, and a header alone that begins as it must."""
        self.write("docs/map.md", "# Map\n" + "".join(f"- {line}\n" for line in lines))
        self.write("src/base/a.cpp", '// Adds.\n#include "trawl/base/a.hpp"\n')
        self.write("include/trawl/study/b.hpp", "// Holds a `b`.\n#pragma once\n")

    def test_a_map_that_holds(self):
        self.draw_map("`base/a`: adds", "`study/b`: holds a `b`")
        self.assertEqual([], map_rules.map_violations(self.root))

    def test_a_file_that_is_not_on_the_map(self):
        self.draw_map("`base/a`: adds", "`study/b`: holds a `b`")
        self.write("src/base/new.hpp", "")
        self.write("analysis/new.py", "")
        self.write("tests/odd/a.py", "")
        names = ["base/new", "analysis/new.py", "tests/odd/"]
        missing = [f"docs/map.md: no line says what {name} is for" for name in names]
        self.assertEqual(missing, map_rules.map_violations(self.root))

    def test_a_map_of_what_is_not_there(self):
        self.draw_map("`base/a`: adds", "`base/gone`: went", "`study/b`: holds a `b`", "`base/a`: adds")
        self.assertEqual(
            ["docs/map.md:3: there is no base/gone", "docs/map.md:5: base/a stands there twice"],
            map_rules.completeness_violations(self.root),
        )
        self.write("docs/map.md", "In a hurry: `base/gone` and `no/module`.\n- `base/a`: adds\n")
        self.assertEqual(["docs/map.md:1: there is no base/gone"], map_rules.prose_violations(self.root))

    def test_a_source_that_begins_with_something_else(self):
        self.draw_map("`base/a`: subtracts", "`study/b`: holds `b`")
        self.assertEqual(
            [
                "src/base/a.cpp:1: must begin with the line // Subtracts.",
                "include/trawl/study/b.hpp:1: must begin with the line // Holds `b`.",
            ],
            map_rules.map_violations(self.root),
        )

    def test_a_docstring_that_begins_with_something_else(self):
        self.write("docs/map.md", "- `analysis/`: tables\n- `analysis/a.py`: one\n- `analysis/b.py`: one\n")
        self.write("analysis/__init__.py", '"""Tables, and figures."""\n')
        self.write("analysis/a.py", '"""Ones."""\n')
        self.write("analysis/b.py", "import sys\n")
        wrong = [f"analysis/{name}.py:1: its docstring must begin with: One" for name in "ab"]
        self.assertEqual(wrong, map_rules.beginning_violations(self.root))

    def test_a_map_in_another_order_than_the_modules(self):
        self.draw_map("`study/b`: holds a `b`", "`base/a`: adds")
        self.assertEqual(
            ["docs/map.md:3: base/a stands below study/b, and base above study in ARCHITECTURE.md"],
            map_rules.map_violations(self.root),
        )

    def test_imports_in_a_circle(self):
        self.write("analysis/__init__.py", "def late():\n    from . import a\n")
        self.write("analysis/a.py", "import os\nfrom .report import draw\n")
        self.write("analysis/report/__init__.py", "from .b import draw\nfrom ..c import x\n")
        self.write("analysis/report/b.py", "def draw():\n    from ..a import y\n")
        self.write("analysis/c.py", "x = 1\n")
        self.assertEqual(
            [
                "analysis/a.py:2: imports in a circle: analysis.a -> analysis.report -> analysis.report.b -> analysis.a",
                "analysis/report/__init__.py:1: imports in a circle: "
                "analysis.report -> analysis.report.b -> analysis.a -> analysis.report",
                "analysis/report/b.py:2: imports in a circle: "
                "analysis.report.b -> analysis.a -> analysis.report -> analysis.report.b",
            ],
            import_rules.circle_violations(self.root),
        )

    def test_two_modules_that_import_each_other(self):
        self.write("analysis/a.py", "from . import b\n")
        self.write("analysis/b.py", "import analysis.a\n")
        self.assertEqual(
            [
                "analysis/a.py:1: imports in a circle: analysis.a -> analysis.b -> analysis.a",
                "analysis/b.py:1: imports in a circle: analysis.b -> analysis.a -> analysis.b",
            ],
            import_rules.circle_violations(self.root),
        )

    def test_a_skip_in_silence(self):
        path = self.write("tests/base/a_test.cpp", "TEST(A, B) { GTEST_SKIP(); }\n")
        self.assertEqual(1, len(house_rules.quiet_skips([path])))


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=1))
