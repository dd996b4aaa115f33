#!/usr/bin/env python3
#
# SPDX-License-Identifier: GPL-2.0-only
"""Every block of code in README.md, CONTRIBUTING.md and doc/*.rst is compiled or run.

* C++ is compiled in one program: declarations as they stand, statements as a function of their own.
* Commands ("console") run one after another, each page in a folder of its own that looks like that
  of the module after demo.sh.  What a page says is printed is compared; "..." stands for any text of
  a line, and at the end for any text.  ./ns3 run is done by what stands for it here; a program that
  runs for long only reads its arguments.  So do experiments the options that their pages name within
  the text.
* Python and gnuplot run as the commands do.
* Other text is no code.  Of pages in PRINTS each of its lines must be one that the page's own
  programs print; of others, TEXTS says what it is.

What cannot be run has its reason in the tables below, and is counted.  With TCP_CONN_FULLNESS other
than QUICK, in the environment or in the build folder, what runs for long runs too.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = os.environ["TCP_CONN_SOURCE_DIR"]
BUILD = os.environ["TCP_CONN_BUILD_DIR"]

# Commands that are not run: a pattern, why, and the file that does it instead.
NOT_RUN = [
    (r"\./demo\.sh", "installs packages and builds; what it has built is used here", "demo.sh"),
    (r"\./test\.sh", "it runs this test", "test.sh"),
    (r"bash \.ci/", "it runs this test", ".ci/run"),
    (r"\./ns3 (configure|build)|\./test\.py", "needs a tree of ns-3", "utils/test-in-tree.sh"),
    (r"utils/install-dependencies\.sh", "installs packages", ".ci/parts.sh"),
    (r"cmake -S|cmake --build|ctest", "is how this build is made", "test.sh"),
    (r"cmake --install|find_package|pkg-config", "is tested by itself", "test/install-test.sh"),
    (r"bench/instructions\.py", "is tested by itself", "test/instructions-test.sh"),
    (r"(MERGE=1 )?utils/fuzz\.sh", "fuzzes for a minute or more", ".ci/full"),
    (r"spin -a", "takes minutes; is tested by itself", "test/explorer-test.sh"),
]

# Programs that run for long: they only read their arguments.  What experiments print is compared in
# full tests (PRINTS); what a benchmark prints belongs to a machine.
LONG = r"tcp-conn-(?!lifecycle|observe|explorer|promela|attributes)[a-z-]+"

# Commands that end otherwise than with 0, as the page says.
ENDS_OTHERWISE = [r"--handshake=ns3::TcpConnTwoWayHandshake", r"Backlog=-3"]

# What some commands need, if it is not there: they are not run, and counted.
NEEDS = {"gnuplot": "gnuplot", "tshark": "tshark"}

# Programs whose output a page shows in blocks that are not commands; {name} is what the name of an
# experiment's page ends in.
PRINTS = {
    "README.md": "build/bin/tcp-conn-lifecycle && utils/tcp-conn-trace ladder lifecycle.tr",
    "tcp-conn-census.rst": "build/bin/tcp-conn-observe",
    "tcp-conn-experiment-": "build/bin/tcp-conn-{name} --outputDir={name} --ladder=all",
}

EXPERIMENT = "tcp-conn-experiment-"
# The version of ns-3 with which the pages of experiments were written: how much memory a socket
# takes depends on it.
FIGURES = "3.37"

# Text that no program of the page prints: a pattern of its first line, and what it is.
TEXTS = [
    ("tcp-conn.rst", r"application ", "drawing of the parts"),
    ("tcp-conn-admission.rst", r"syns = ", "identities, which the suite tcp-conn-admission checks"),
    ("tcp-conn-explorer.rst", r"--isn=", "arguments of a table, which the suite explores in small"),
    ("tcp-conn-impairment.rst", r'impairment rule "drop SIN', "message; the suite checks such"),
    ("tcp-conn-impairment.rst", r"rule +hits", "form of a table; the suite checks it"),
    ("tcp-conn-coverage.rst", r"[A-Z0-9-]+ [A-Z0-9-]+ [a-z]", "list, which utils/coverage.sh checks"),
    ("tcp-conn-differential.rst", r"utils/tcp-conn-differential", "the page's own maker"),
    ("tcp-conn-mpi.rst", r"utils/test-mpi\.sh|\./ns3 ", "builds ns-3 (utils/test-mpi.sh does so)"),
    ("tcp-conn-parity.rst", r"tcp-conn-bench-parity", "runs for long; the suite checks the figures"),
    ("tcp-conn-progress.rst", r"opening: ", "a line of a terminal (test/progress-test.py sees such)"),
    ("tcp-conn-python.rst", r" +2\.000 s", "is compared by test/python, where there is cppyy"),
    ("tcp-conn-traces.rst", r"#tcp-conn-trace|#node=|T <time>", "grammar, which the reader checks"),
]
GENERATED = {
    "tcp-conn-attributes.rst": "test/attributes-test.sh",
    "tcp-conn-requirements.rst": "test/requirements-test.sh",
    "tcp-conn-map.rst": "test/doc-pictures-test.sh",
    "tcp-conn-figures.rst": "test/doc-pictures-test.sh",
}

# What a page's files are called, and what has to be there before.
FILES = {"tcp-conn-tutorial.rst": {"cpp": "flood.cc", "gnuplot": "chart.gp"}}
PREPARE = {
    "tcp-conn-traces.rst": "cp build/demo/lifecycle.tr run.tr",
    "tcp-conn-trace-forms.rst": "build/bin/tcp-conn-observe --duration=1s --ascii=run.tr "
    "--csv=run.csv --pcapng=run.pcapng && gzip -k run.csv",
    "tcp-conn-experiment-own-policy.rst": "build/bin/tcp-conn-own-policy --outputDir=own-policy",
    "tcp-conn-experiment-syn-flood.rst": "build/bin/tcp-conn-syn-flood --outputDir=syn-flood "
    "--rates=0,400 --connections=5 --ladder=none",
}

# What the C++ of the pages is surrounded by.
PRELUDE = """
#include "ns3/applications-module.h"
#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"
#include "ns3/tcp-conn-module.h"
#include "ns3/traffic-control-module.h"
#if __has_include("ns3/netanim-module.h")
#include "ns3/netanim-module.h"
#else
namespace ns3
{
class AnimationInterface; // not installed here
}
#endif

#include <iostream>
#include <string>

using namespace ns3;

NodeContainer nodes, clientNodes;
Ptr<Node> node, serverNode, attackerNode;
Ptr<NetDevice> device;
Ptr<Socket> socket, listener;
Ptr<Packet> request;
TcpConnStackHelper stack;
Ipv4Address address;
"""
# Names that mean something else on a page.
NAMES = {
    "tcp-conn-census.rst": "Ptr<Node> server;",
    "tcp-conn-fast-open.rst": "Address server;",
    "tcp-conn-trace-forms.rst": "NodeContainer server;",
}
# Reads rules of impairment.
PARSER = """
#include "ns3/tcp-conn-impairment-rule.h"

#include <iostream>

using namespace ns3;

int
main()
{
    int failed = 0;
    for (std::string rule; std::getline(std::cin, rule);)
    {
        for (const auto& one : TcpConnImpairmentSpec::Split(rule))
        {
            TcpConnImpairmentSpec spec;
            std::string error;
            if (!TcpConnImpairmentSpec::Parse(one, spec, error))
            {
                std::cout << error << std::endl;
                failed = 1;
            }
        }
    }
    return failed;
}
"""


class Block:
    """A block: page, line, language (or class, for text with one) and text."""

    def __init__(self, page, line, language, text):
        self.page, self.line, self.language, self.text = page, line, language, text

    def __str__(self):
        return "%s:%d (%s)" % (self.page, self.line, self.language)


def indent_of(line):
    """How far a line is indented."""
    return len(line) - len(line.lstrip())


def body(lines, begin, outer):
    """The indented block from a line on, and the line after it."""
    end = begin
    while end < len(lines) and (not lines[end].strip() or indent_of(lines[end]) > outer):
        end += 1
    inside = [line.rstrip() for line in lines[begin:end]]
    margin = min([indent_of(line) for line in inside if line] or [0])
    text = "\n".join(line[margin:] for line in inside).strip("\n")
    return text + "\n", end


def blocks_of_rst(page, text):
    """Yield each literal block and block of code."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        directive = re.match(r" *\.\. (?:sourcecode|code-block|code):: *(\w*)", line)
        literal = line.rstrip().endswith("::") and not line.lstrip().startswith("..")
        if not directive and not literal:
            at += 1
            continue
        begin, language = at + 1, directive.group(1) if directive else "text"
        while directive and begin < len(lines) and re.match(r" +:\w+:", lines[begin]):
            option = re.match(r" +:class: *(\S+)", lines[begin])
            language = option.group(1) if option else language
            begin += 1
        inside, end = body(lines, begin, indent_of(line))
        yield Block(page, at + 1, language, inside)
        at = end


def blocks_of_markdown(page, text):
    """Yield each fenced block."""
    for found in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S):
        line = text[: found.start()].count("\n") + 1
        inside = found.group(2)
        language = found.group(1) or ("console" if re.match(r"\$ |\./", inside) else "text")
        if language == "console" and not inside.startswith("$ "):
            inside = re.sub(r"^(?=.)", "$ ", inside, flags=re.M)
        yield Block(page, line, language, inside)


def commands(block):
    """Yield each command of a block for the shell, and what it is said to print."""
    for part in re.split(r"^\$ ", block.text, flags=re.M)[1:]:
        command, printed = re.match(r"((?:.*\\\n)*.*\n)((?:.|\n)*)", part).groups()
        yield command.strip(), printed


def standard():
    """The option for the C++ of which the library was built."""
    with open(os.path.join(BUILD, "CMakeCache.txt"), encoding="utf-8") as cache:
        generator = cache.read()
    name = "build.ninja" if "Ninja" in generator else "compile_commands.json"
    with open(os.path.join(BUILD, name), encoding="utf-8") as rules:
        found = re.search(r"-std=(?:gnu|c)\+\+\w+", rules.read())
    return found.group() if found else "-std=c++17"


def is_quick():
    """Whether long runs are left out."""
    with open(os.path.join(BUILD, "CMakeCache.txt"), encoding="utf-8") as cache:
        found = re.search(r"^TCP_CONN_FULLNESS:\w+=(\w+)", cache.read(), re.M)
    return os.environ.get("TCP_CONN_FULLNESS", found.group(1) if found else "QUICK") == "QUICK"


def ns3_version():
    """The version of ns-3 that the library was built with."""
    with open(os.path.join(BUILD, "CMakeCache.txt"), encoding="utf-8") as cache:
        folder = re.search(r"^ns3_DIR:\w+=(.*)$", cache.read(), re.M).group(1)
    with open(os.path.join(folder, "ns3ConfigVersion.cmake"), encoding="utf-8") as file:
        return re.search(r'PACKAGE_VERSION "([^"]*)"', file.read()).group(1)


def prepare(folder):
    """Make a folder that looks like that of the module after demo.sh."""
    for name in "utils", "test", "doc", "examples", "bench":
        os.symlink(os.path.join(SOURCE, name), os.path.join(folder, name))
    build = os.path.join(folder, "build")
    os.makedirs(os.path.join(build, "demo"))
    for name in "bin", "include", "lib":
        os.symlink(os.path.join(BUILD, name), os.path.join(build, name))
    os.symlink(os.path.join(SOURCE, "test", "golden"), os.path.join(build, "test-output"))
    ns3 = os.path.join(folder, "ns3")
    with open(ns3, "w", encoding="utf-8") as script:
        script.write('#!/bin/sh\n# ./ns3 run "program arguments"\neval "exec build/bin/$2"\n')
    os.chmod(ns3, 0o755)
    program = os.path.join(BUILD, "bin", "tcp-conn-lifecycle")
    subprocess.run([program], cwd=os.path.join(build, "demo"), check=True, capture_output=True)


class Test:
    """Counts what was done, and what was not and why."""

    def __init__(self):
        self.failed, self.done, self.left = 0, {}, []
        self.quick = is_quick()

    def count(self, what):
        """One more."""
        self.done[what] = self.done.get(what, 0) + 1

    def fail(self, block, text):
        """Tell of a failure."""
        print("FAIL %s: %s" % (block, text))
        self.failed += 1

    def leave(self, block, what, reason):
        """Tell of something that is not run."""
        self.left.append("%s: %s: %s" % (block, what, reason))

    # Commands

    def shell(self, command, folder, notes):
        """Run a command; returns its exit code, what it printed, and the folder the shell is in."""
        environment = dict(os.environ, PYTHONPATH=os.path.join(SOURCE, "utils"))
        done = subprocess.run(
            ["bash", "-c", "set -e\n%s\npwd >'%s'\n" % (command, notes)],
            cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False, timeout=1200,
        )  # fmt: skip
        if done.returncode == 0:
            with open(notes, encoding="utf-8") as file:
                folder = file.read().strip()
        return done.returncode, done.stdout, folder

    def run_command(self, block, command, printed, folder, notes):
        """Run a command of a page and compare; returns the folder the shell is in."""
        for pattern, reason, file in NOT_RUN:
            if re.match(pattern, command):
                if not os.path.exists(os.path.join(SOURCE, file)):
                    self.fail(block, "%s is not there" % file)
                self.leave(block, command, "%s (%s)" % (reason, file))
                return folder
        for word, package in NEEDS.items():
            if re.search(r"\b%s\b" % word, command) and not shutil.which(package):
                self.leave(block, command, "%s is not installed" % package)
                return folder
        command = command.replace("-std=c++17", standard())
        program = re.match(r'(\./ns3 run "|build/bin/)(%s)' % LONG, command)
        if program:
            end = '"' if command.endswith('"') else ""
            command = command[: len(command) - len(end)] + " --PrintHelp" + end
            printed = ""
        code, output, folder = self.shell(command, folder, notes)
        wrong = any(re.search(pattern, command) for pattern in ENDS_OTHERWISE)
        if (code != 0) != wrong:
            self.fail(block, "%s\nended with %d and printed:\n%s" % (command, code, output))
        elif printed.strip() and not self.same(printed, output):
            self.fail(block, "%s\nprinted:\n%s\nThe page says:\n%s" % (command, output, printed))
        else:
            self.count("commands that read their arguments" if program else "commands run")
        return folder

    @staticmethod
    def same(said, printed):
        """Whether a text is what the page says."""
        parts = [re.escape(part) for part in said.strip().split("...")]
        lines = "\n".join(line.rstrip() for line in printed.strip().split("\n"))
        end = r"(.|\n)*" if said.strip().endswith("...") else ""
        return re.fullmatch(r"[^\n]*?".join(parts) + end, lines) is not None

    def run_page(self, page, blocks):
        """Do what a page says, in a folder of its own."""
        names = FILES.get(page, {})
        with tempfile.TemporaryDirectory() as top:
            prepare(top)
            folder, notes = top, os.path.join(top, "notes")
            if page in PREPARE:
                code, output, folder = self.shell(PREPARE[page], top, notes)
                if code != 0:
                    self.fail(page, "%s: %s" % (PREPARE[page], output))
            for block in blocks:
                if block.language in names:
                    with open(os.path.join(folder, names[block.language]), "w",
                              encoding="utf-8") as file:  # fmt: skip
                        file.write(block.text)
                    self.count("files of the tutorial")
                elif block.language == "console":
                    for command, printed in commands(block):
                        folder = self.run_command(block, command, printed, folder, notes)
                elif block.language in ("python", "gnuplot"):
                    self.run_script(block, folder, notes)
                elif block.language == "config-store":
                    self.run_defaults(block, folder, notes)
            chart = os.path.join(folder, "flood.png")
            if names and shutil.which("gnuplot") and os.path.getsize(chart) < 1000:
                self.fail(page, "the chart is empty")

    def run_script(self, block, folder, notes):
        """Run Python or gnuplot."""
        file = os.path.join(folder, "block." + block.language)
        text = block.text
        command = [sys.executable, file]
        if block.page == "tcp-conn-python.rst":
            compile(text, str(block), "exec")
            self.leave(block, "script", "is run by test/python, where there is cppyy")
            return
        if block.language == "gnuplot":
            text = "set terminal dumb\n" + text
            command = ["gnuplot", file]
            if not shutil.which("gnuplot"):
                self.leave(block, "script", "gnuplot is not installed")
                return
        elif "import pandas" in text:
            have = subprocess.run([sys.executable, "-c", "import pandas"], check=False,
                                  capture_output=True).returncode == 0  # fmt: skip
            if not have:
                compile(text, str(block), "exec")
                self.leave(block, "script", "pandas is not installed; its syntax is right")
                return
        elif "from tcp_conn_trace import" not in text:
            text = "from tcp_conn_trace import Trace\n" + text  # the block before has it
        with open(file, "w", encoding="utf-8") as script:
            script.write(text)
        code, output, _ = self.shell(" ".join("'%s'" % word for word in command), folder, notes)
        if code != 0 or not output.strip():
            self.fail(block, "ended with %d and printed: %s" % (code, output))
        else:
            self.count("scripts run")

    def run_defaults(self, block, folder, notes):
        """Lines of a ConfigStore file, given as arguments."""
        for line in block.text.strip().split("\n"):
            _, name, value = line.split(" ", 2)
            command = "build/bin/tcp-conn-lifecycle '--%s=%s'" % (name, value.strip('"'))
            code, output, _ = self.shell(command, folder, notes)
            if code != 0:
                self.fail(block, output)
            else:
                self.count("defaults set")

    # Text

    def check_options(self, page, text):
        """The options of which the page of an experiment tells are ones of its program."""
        program = os.path.join(BUILD, "bin", "tcp-conn-" + page[len(EXPERIMENT) : -len(".rst")])
        for literal in re.findall(r"``(--\w[^`]*)``", text):
            done = subprocess.run([program] + literal.split() + ["--PrintHelp"], text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  check=False)  # fmt: skip
            if done.returncode != 0:
                self.fail(page, "%s: %s" % (literal, done.stdout))
            self.count("options within texts")

    def check_text(self, block, outputs):
        """Text is no code, and each line is one that a program prints."""
        if re.search(r"^ *\$ ", block.text, re.M):
            self.fail(block, "is a command: say so")
            return
        if block.page in GENERATED:
            self.count("texts of generated pages")
            return
        for page, pattern, what in TEXTS:
            if page == block.page and re.match(pattern, block.text):
                self.leave(block, "text", what)
                return
        for page, command in PRINTS.items():
            if block.page.startswith(page):
                self.check_printed(block, command, outputs)
                return
        self.fail(block, "no program is said to print this, and TEXTS does not say what it is")

    def check_printed(self, block, command, outputs):
        """Each line of a block is one of those printed."""
        if block.page.startswith(EXPERIMENT):
            command = command.format(name=block.page[len(EXPERIMENT) : -len(".rst")])
            if self.quick or ns3_version() != FIGURES:
                self.leave(block, "text", "is compared in the full tests, of ns-3 " + FIGURES)
                return
        if command not in outputs:
            with tempfile.TemporaryDirectory() as top:
                prepare(top)
                code, output, _ = self.shell(command, top, os.path.join(top, "notes"))
            if code != 0:
                self.fail(block, "%s: %s" % (command, output))
            outputs[command] = {line.strip() for line in output.split("\n")} | {"..."}
        missing = [x for x in block.text.split("\n") if x.strip() not in outputs[command]]
        if missing:
            self.fail(block, "%s does not print: %s" % (command, "\n".join(missing)))
        else:
            self.count("texts printed so")

    # C++

    def compile_blocks(self, blocks):
        """Compile all C++, in one go."""
        text = PRELUDE
        for number, block in enumerate(blocks):
            names = NAMES.get(block.page, "")
            name = os.path.join(SOURCE, "doc", block.page)
            code = '#line %d "%s"\n%s' % (block.line + 2, name, block.text)
            if "AnimationInterface" in code:
                code = '#if __has_include("ns3/netanim-module.h")\n%s#endif\n' % code
            code = re.sub(r"^#include .*$", "", code, flags=re.M)
            if not re.match(r"\s*(class|struct|template|static|namespace) ", block.text):
                code = "void\nBlock()\n{\n%s}\n" % code
            text += "\nnamespace block%d\n{\n%s\n%s}\n" % (number, names, code)
        done = compile_text(text, ["-fsyntax-only", "-Wall", "-Wno-unused"])
        if done.returncode != 0:
            self.fail("C++ of the pages", done.stdout[:6000])
            return
        for _ in blocks:
            self.count("C++ compiled")

    def parse_rules(self, blocks):
        """Have rules of impairment parsed."""
        with tempfile.TemporaryDirectory() as folder:
            program = os.path.join(folder, "parser")
            libraries = os.path.join(BUILD, "lib")
            done = compile_text(PARSER, ["-o", program, "-L", libraries, "-Wl,-rpath," + libraries]
                                + ["-ltcp-conn", "-lns3-network", "-lns3-core"])  # fmt: skip
            if done.returncode != 0:
                self.fail("parser of rules", done.stdout[:6000])
                return
            for block in blocks:
                done = subprocess.run([program], input=block.text, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, text=True, check=False)  # fmt: skip
                if done.returncode != 0:
                    self.fail(block, done.stdout)
                else:
                    self.count("rules parsed")


def compile_text(text, options):
    """Compile C++ as the library was, with the same headers of ns-3."""
    with open(os.path.join(BUILD, "compile_commands.json"), encoding="utf-8") as file:
        folders = sorted(set(re.findall(r"-(?:isystem |I)(/[^ \"]+)", file.read())))
    with open(os.path.join(BUILD, "CMakeCache.txt"), encoding="utf-8") as cache:
        compiler = re.search(r"^CMAKE_CXX_COMPILER:\w+=(.*)$", cache.read(), re.M).group(1)
    command = [compiler, standard(), "-I", os.path.join(BUILD, "include"), "-x", "c++", "-"]
    command += [word for folder in folders for word in ("-isystem", folder)]
    return subprocess.run(command + ["-x", "none"] + options, input=text, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip


def main():
    """Go through all pages."""
    test = Test()
    pages = {}
    for path in sorted(glob.glob(os.path.join(SOURCE, "doc", "*.rst"))):
        with open(path, encoding="utf-8") as file:
            page, text = os.path.basename(path), file.read()
        pages[page] = list(blocks_of_rst(page, text))
        if page.startswith(EXPERIMENT):
            test.check_options(page, text)
    for name in "README.md", "CONTRIBUTING.md", "CHANGES.md":
        with open(os.path.join(SOURCE, name), encoding="utf-8") as file:
            text = file.read()
        pages[name] = list(blocks_of_markdown(name, text))
        for link in re.findall(r"\]\(([^)#:]+)\)", text):
            if os.path.exists(os.path.join(SOURCE, link)):
                test.count("links to files")
            else:
                test.fail(name, "%s is not there" % link)
    blocks = [block for page in pages.values() for block in page]
    known = {"cpp", "console", "python", "gnuplot", "text", "config-store", "impairment-rules"}
    for block in blocks:
        if block.language not in known:
            test.fail(block, "nobody knows how to test this")
    test.compile_blocks([b for b in blocks if b.language == "cpp" and b.page not in FILES])
    test.parse_rules([b for b in blocks if b.language == "impairment-rules"])
    outputs = {}
    for page, inside in pages.items():
        if any(b.language in known - {"cpp", "text", "impairment-rules"} for b in inside):
            test.run_page(page, inside)
        for block in inside:
            if block.language == "text":
                test.check_text(block, outputs)
    for line in test.left:
        print("not run: " + line)
    for what, count in sorted(test.done.items()):
        print("%4d %s" % (count, what))
    print("%4d not run, for the reasons above" % len(test.left))
    print("%4d blocks" % len(blocks))
    return 1 if test.failed or len(blocks) < 80 else 0


if __name__ == "__main__":
    sys.exit(main())
