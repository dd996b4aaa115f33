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
    ("tcp-conn-observe --duration=2s --census=observe --ascii=observe.tr", "True", "False"),
    # One process has all islands here; utils/test-mpi.sh runs them on several.
    ("tcp-conn-islands --outputDir=tcp-conn-islands", "True", "False"),
    # Experiments: ctest runs them by test/experiments/run.py instead, which checks the outcome.
    ("tcp-conn-own-policy --outputDir=tcp-conn-experiments", "True", "False"),
    ("tcp-conn-blind-attack --connections=9 --outputDir=tcp-conn-experiments", "True", "False"),
    ("tcp-conn-half-open --outputDir=tcp-conn-experiments", "True", "False"),
    ("tcp-conn-handshake-latency --rtts=50 --outputDir=tcp-conn-experiments", "True", "False"),
    ("tcp-conn-negotiation --outputDir=tcp-conn-experiments", "True", "False"),
    ("tcp-conn-port-churn --msl=1 --outputDir=tcp-conn-experiments", "True", "False"),
    ("tcp-conn-stale-syn --outputDir=tcp-conn-experiments", "True", "False"),
    ("tcp-conn-syn-flood --rates=0,400 --outputDir=tcp-conn-experiments", "True", "False"),
    ("tcp-conn-two-msl --outputDir=tcp-conn-experiments --end=10s", "True", "False"),
    ("tcp-conn-why-three --outputDir=tcp-conn-experiments", "True", "False"),
]

# Python examples that are run as tests.
#
#     (name and arguments, whether to run it)
python_examples = [
    ("tcp-conn-lifecycle.py", "ENABLE_PYTHON_BINDINGS == True"),
    ("tcp-conn-stale-syn.py", "ENABLE_PYTHON_BINDINGS == True"),
    ("tcp-conn-syn-flood.py --rates=0,400 --connections=20", "ENABLE_PYTHON_BINDINGS == True"),
]
