#! /usr/bin/env python3
#
# SPDX-License-Identifier: GPL-2.0-only

# C++ examples that are run as tests, so that they go on building and running: in an ns-3 tree by
# test.py, stand-alone by ctest.
#
#     (name and arguments, whether to run it, whether to run it under valgrind)
cpp_examples = [
    ("tcp-conn-lifecycle", "True", "False"),
    ("tcp-conn-lifecycle --PrintHelp", "True", "False"),
]

# Python examples that are run as tests.
#
#     (name and arguments, whether to run it)
python_examples = []
