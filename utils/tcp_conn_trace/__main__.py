#
# SPDX-License-Identifier: GPL-2.0-only
#
"""python3 -m tcp_conn_trace: the same as the command tcp-conn-trace."""

import sys

from .cli import main

sys.exit(main())
