# SPDX-License-Identifier: GPL-2.0-only
"""How the Python package finds libraries and headers, against made-up installations.

The libraries are real ones, of nothing: a compiler makes them, with the names and needs of those
of ns-3.  No cppyy is needed.
"""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "bindings" / "python"))

import ns3_tcp_conn  # noqa: E402  pylint: disable=wrong-import-position
from ns3_tcp_conn import _elf, _find  # noqa: E402  pylint: disable=wrong-import-position

# What needs what: as in ns-3, and as few as will do.
NEEDS = {
    "core": [],
    "network": ["core"],
    "internet": ["network", "core"],
    "point-to-point": ["network"],
    "applications": ["internet", "point-to-point"],
}


class Prefix:
    """A folder with an ns-3 in it."""

    def __init__(self, root, name, lib="lib", include="include"):
        """name: libraries' names with {} for the module; "{}" may have a version after .so."""
        self.root, self.name = Path(root), name
        self.lib, self.include = self.root / lib, self.root / include
        for module, needs in NEEDS.items():
            self.library(self.lib / self.file(module), [self.lib / self.file(n) for n in needs])
            self.header(f"{module}-module.h")

    def file(self, module):
        """Return the file name of a module's library."""
        return self.name.format(module)

    def header(self, name, include=None):
        """Make an empty header."""
        path = (include or self.include) / "ns3" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")

    @staticmethod
    def library(path, needs, runpath=None):
        """Make a library that needs others."""
        path.parent.mkdir(parents=True, exist_ok=True)
        command = ["cc", "-shared", "-nostdlib", "-Wl,--no-as-needed", "-x", "c", "/dev/null"]
        command += ["-x", "none", "-o", str(path), f"-Wl,-soname,{path.name}"]
        command += [str(n) for n in needs]
        if runpath:
            command += ["-Wl,--enable-new-dtags", f"-Wl,-rpath,{runpath}"]
        # What the libraries need in turn is not asked for here.
        subprocess.run(command + ["-Wl,--allow-shlib-undefined"], check=True)

    def ours(self, path, runpath=None, include=None):
        """Make the module's library and its header of all headers."""
        self.library(path, [self.lib / self.file(m) for m in ("internet", "core")], runpath)
        self.header("tcp-conn-module.h", include)
        return path


class FindTest(unittest.TestCase):
    """The search, in each of the installations that there are."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = Path(folder.name).resolve()

    def find(self, package, system=(), **environ):
        """Search for a package in a folder."""
        return _find.find(self.top / package / "__init__.py", environ, system)

    def check_order(self, found):
        """Each library comes after those that it needs, and all are there."""
        self.assertEqual(set(found.ns3), set(NEEDS))
        seen = set()
        for module in found.ns3:
            self.assertLessEqual(set(NEEDS[module]), seen)
            seen.add(module)

    def test_tree(self):
        """In build/ of an ns-3 tree, a default build."""
        tree = Prefix(self.top / "ns-3.37/build", "libns3.37-{}-default.so")
        ours = tree.ours(tree.lib / "libns3.37-tcp-conn-default.so", runpath="$ORIGIN")
        found = self.find("ns-3.37/build/bindings/python/ns3_tcp_conn")
        self.assertEqual(found.library, ours)
        self.assertEqual(found.includes, (tree.include,))
        self.assertEqual(found.version, "3.37")
        self.check_order(found)

    def test_tree_from_its_sources(self):
        """The package in contrib/ finds build/."""
        tree = Prefix(self.top / "ns-3.48/build", "libns3.48-{}.so")
        ours = tree.ours(tree.lib / "libns3.48-tcp-conn.so", runpath="$ORIGIN")
        found = self.find("ns-3.48/contrib/tcp-conn/bindings/python/ns3_tcp_conn")
        self.assertEqual((found.library, found.version), (ours, "3.48"))

    def test_development_tree(self):
        """A tree whose version is 3-dev."""
        tree = Prefix(self.top / "build", "libns3-dev-{}-debug.so")
        tree.ours(tree.lib / "libns3-dev-tcp-conn-debug.so", runpath="$ORIGIN")
        found = self.find("build/bindings/python/ns3_tcp_conn")
        self.assertEqual(found.version, "3-dev")
        self.check_order(found)

    def test_build_folder_and_debian(self):
        """A stand-alone build against Debian's ns-3: multiarch folder, version after .so."""
        debian = Prefix(self.top / "usr", "libns3-{}.so.43", lib="lib/x86_64-linux-gnu")
        build = self.top / "build"
        ours = debian.ours(build / "lib/libtcp-conn.so", include=build / "include")
        found = self.find("build/python/ns3_tcp_conn", system=[debian.lib])
        self.assertEqual(found.library, ours)
        self.assertEqual(found.includes, (build / "include", debian.include))
        self.assertEqual(found.version, "3.43")
        self.check_order(found)

    def test_both_installed(self):
        """Both in the system's folders; the package where Debian has it."""
        debian = Prefix(self.top / "usr", "libns3-{}.so.37", lib="lib/x86_64-linux-gnu")
        ours = debian.ours(debian.lib / "libtcp-conn.so.0")
        found = self.find("elsewhere/python3/ns3_tcp_conn", system=[debian.lib])
        self.assertEqual((found.library, found.includes), (ours, (debian.include,)))

    def test_installed_beside_its_package(self):
        """In a prefix of its own: lib/python3.11/site-packages and lib/<multiarch>."""
        ns3 = Prefix(self.top / "ns3", "libns3.44-{}.so", lib="lib64")
        own = self.top / "own"
        ours = ns3.ours(
            own / "lib/x86_64-linux-gnu/libtcp-conn.so", ns3.lib, include=own / "include"
        )
        found = self.find(
            "own/lib/python3.11/site-packages/ns3_tcp_conn",
            system=[self.top / "nothing/lib/x86_64-linux-gnu"],
        )
        self.assertEqual((found.library, found.version), (ours, "3.44"))
        self.assertEqual(found.includes, (own / "include", ns3.include))

    def test_pip_prefix(self):
        """ns-3 in site-packages, the module built against it and installed into it."""
        ns3 = Prefix(self.top / "site-packages/ns3", "libns3.44-{}.so", lib="lib64")
        ours = ns3.ours(ns3.lib / "libtcp-conn.so", runpath=ns3.lib)
        found = self.find("elsewhere/ns3_tcp_conn", LD_LIBRARY_PATH=str(ns3.lib))
        self.assertEqual((found.library, found.includes), (ours, (ns3.include,)))
        self.check_order(found)

    def test_named_library(self):
        """NS3_TCP_CONN_LIBRARY comes before all others."""
        tree = Prefix(self.top / "build", "libns3.37-{}.so")
        tree.ours(tree.lib / "libns3.37-tcp-conn.so", runpath="$ORIGIN")
        other = Prefix(self.top / "other", "libns3.43-{}.so")
        named = other.ours(other.lib / "libns3.43-tcp-conn.so", runpath="$ORIGIN")
        found = self.find("build/ns3_tcp_conn", NS3_TCP_CONN_LIBRARY=str(named))
        self.assertEqual((found.library, found.version), (named, "3.43"))

    def test_the_library_says_which_ns3(self):
        """Of two ns-3 the one that the module is linked with, not the newest or the first."""
        old = Prefix(self.top / "old", "libns3.37-{}-default.so")
        new = Prefix(self.top / "new", "libns3.48-{}-default.so")
        old.ours(old.root / "lib/libtcp-conn.so", runpath=old.lib)
        found = self.find("old/python/ns3_tcp_conn", system=[new.lib, old.lib])
        self.assertEqual(found.version, "3.37")
        self.assertTrue(all(path.parent == old.lib for path in found.ns3.values()))

    def test_two_profiles(self):
        """Libraries of another build profile beside it are left alone."""
        tree = Prefix(self.top / "build", "libns3.43-{}-debug.so")
        Prefix(self.top / "build", "libns3.43-{}-optimized.so")
        tree.ours(tree.lib / "libns3.43-tcp-conn-debug.so", runpath="$ORIGIN")
        found = self.find("build/ns3_tcp_conn")
        self.assertTrue(all(path.name.endswith("-debug.so") for path in found.ns3.values()))
        self.check_order(found)

    def test_modules_without_header_or_library(self):
        """A module counts if it has both; tests' libraries have no header."""
        tree = Prefix(self.top / "build", "libns3.43-{}.so")
        tree.ours(tree.lib / "libns3.43-tcp-conn.so", runpath="$ORIGIN")
        tree.library(tree.lib / "libns3.43-core-test.so", [])
        tree.header("wimax-module.h")
        self.check_order(self.find("build/ns3_tcp_conn"))

    def test_needed_by(self):
        """Some modules, with what they and the module need, in order."""
        tree = Prefix(self.top / "build", "libns3.43-{}.so")
        tree.ours(tree.lib / "libns3.43-tcp-conn.so", runpath="$ORIGIN")
        found = self.find("build/ns3_tcp_conn")
        self.assertEqual(list(_find.needed_by(found, [])), ["core", "network", "internet"])
        self.assertEqual(set(_find.needed_by(found, ["applications"])), set(NEEDS))
        with self.assertRaisesRegex(_find.NotFound, "no module wifi; it has .*point-to-point"):
            _find.needed_by(found, ["wifi"])

    def test_nothing_there(self):
        """The message names the folders."""
        with self.assertRaisesRegex(_find.NotFound, "NS3_TCP_CONN_LIBRARY.*/nowhere/lib"):
            self.find("ns3_tcp_conn", system=["/nowhere/lib"])

    def test_named_library_is_none(self):
        """A name that names no library."""
        text = self.top / "text.so"
        text.write_text("no library")
        for name in (text, self.top / "absent.so"):
            with self.assertRaisesRegex(_find.NotFound, "no shared library"):
                self.find("ns3_tcp_conn", NS3_TCP_CONN_LIBRARY=str(name))

    def test_ns3_is_missing(self):
        """The module's library without the ns-3 that it needs."""
        debian = Prefix(self.top / "usr", "libns3-{}.so.37")
        debian.ours(self.top / "build/lib/libtcp-conn.so")
        with self.assertRaisesRegex(_find.NotFound, r"needs libns3-(internet|core)\.so\.37"):
            self.find("build/ns3_tcp_conn")

    def test_headers_are_missing(self):
        """A library without header, ns-3's and the module's."""
        tree = Prefix(self.top / "build", "libns3.43-{}.so")
        tree.ours(tree.lib / "libns3.43-tcp-conn.so", runpath="$ORIGIN")
        (tree.include / "ns3/core-module.h").unlink()
        with self.assertRaisesRegex(_find.NotFound, "core-module.h.*libns3-dev"):
            self.find("build/ns3_tcp_conn")
        (tree.include / "ns3/tcp-conn-module.h").unlink()
        with self.assertRaisesRegex(_find.NotFound, "tcp-conn-module.h"):
            self.find("build/ns3_tcp_conn")

    def test_not_linked_with_ns3(self):
        """A library of that name which is another's."""
        Prefix.library(self.top / "lib/libtcp-conn.so", [])
        with self.assertRaisesRegex(_find.NotFound, "not linked with ns-3"):
            self.find("ns3_tcp_conn")


class PartsTest(unittest.TestCase):
    """Names, libraries, maps."""

    def test_names(self):
        for name, parts in {
            "libns3.37-core-default.so": ("3.37", "core"),
            "libns3.43-point-to-point.so": ("3.43", "point-to-point"),
            "libns3-core.so.43": ("3.43", "core"),
            "libns3-core.so": ("", "core"),
            "libns3-dev-csma-layout-optimized.so": ("3-dev", "csma-layout"),
            "libns3.44.rc1-core.so": ("3.44.rc1", "core"),
            "libns3.48-tcp-conn-debug.so": ("3.48", "tcp-conn"),
            "libtcp-conn.so": None,
            "libnss3.so": None,
            "libns3.37-core.a": None,
        }.items():
            self.assertEqual(_find.split_name(name), parts, name)

    def test_standards(self):
        for version, standard in {
            "3.37": 17,
            "3.40": 17,
            "3.41": 20,
            "3.43": 20,
            "3.46.1": 23,
            "3-dev": 23,
        }.items():
            self.assertEqual(_find.standard(version), standard, version)

    def test_a_real_library(self):
        """What readelf would say of the module's library."""
        build = os.environ.get("TCP_CONN_BUILD_DIR")
        if not build:
            self.skipTest("TCP_CONN_BUILD_DIR is not set")
        dynamic = _elf.read_dynamic(Path(build, "lib/libtcp-conn.so"))
        self.assertRegex(dynamic.name, r"^libtcp-conn\.so\.\d+$")
        self.assertTrue(any("core" in need for need in dynamic.needs), dynamic.needs)
        found = _find.find(environ={"NS3_TCP_CONN_LIBRARY": f"{build}/lib/libtcp-conn.so"})
        self.assertEqual(found.includes[0], Path(build, "include"))
        self.assertIn("point-to-point", found.ns3)

    def test_no_library(self):
        with tempfile.TemporaryDirectory() as folder:
            for number, data in enumerate((b"", b"\x7fELF", b"\x7fELF\x02\x01" + b"\xff" * 100)):
                path = Path(folder, str(number))
                path.write_bytes(data)
                self.assertIsNone(_elf.read_dynamic(path), data)
            self.assertIsNone(_elf.read_dynamic(folder))

    def test_in_process(self):
        """Lines as in /proc/self/maps."""
        with tempfile.NamedTemporaryFile("w") as maps:
            maps.write(
                "7f00-7f01 r-xp 00000000 08:01 17   /opt/a b/libns3.43-core.so\n"
                "7f01-7f02 r-xp 00000000 08:01 18   /usr/lib/libc.so.6\n"
                "7f02-7f03 rw-p 00000000 00:00 0\n"
                "7f03-7f04 rw-p 00000000 00:00 0    [heap]\n"
            )
            maps.flush()
            self.assertEqual(_find.in_process(maps.name), {"/opt/a b/libns3.43-core.so"})
        self.assertEqual(_find.in_process("/nowhere"), set())

    def test_names_of_the_package(self):
        """All that it promises is there, but ns, which is loaded on demand."""
        for name in set(ns3_tcp_conn.__all__) - {"ns"}:
            self.assertTrue(hasattr(ns3_tcp_conn, name), name)
        with self.assertRaises(AttributeError):
            getattr(ns3_tcp_conn, "nothing")

    def test_without_cppyy(self):
        """Loading says what is missing."""
        code = (
            "import sys; sys.modules['cppyy'] = None\n"
            "import ns3_tcp_conn\n"
            "try:\n    ns3_tcp_conn.ns\n"
            "except ns3_tcp_conn.LoadError as e:\n    print(e)\n"
        )
        environment = dict(os.environ, PYTHONPATH=str(TOP / "bindings/python"))
        said = subprocess.run(
            [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
        ).stdout
        self.assertIn("cppyy cannot be imported", said)
        self.assertIn("pip install cppyy", said)


if __name__ == "__main__":
    unittest.main()
