# SPDX-License-Identifier: GPL-2.0-only
#
"""Makes a manual of this folder:

    sphinx-build -W doc build/manual

An ns-3 tree's own manual takes the pages tcp-conn*.rst without this file.
"""

project = "tcp-conn"
copyright = "the authors of tcp-conn"
master_doc = "index"
exclude_patterns = ["notes"]
nitpicky = True
highlight_language = "none"  # unless it is said: a ladder, a table, lines of a trace
smartquotes = False  # --option is not a dash

html_static_path = ["_static"]
html_css_files = ["manual.css"]
html_theme = "alabaster"
html_theme_options = {
    "description": "The life of a TCP connection, in ns-3",
    "page_width": "1240px",
    "body_max_width": "none",
    "code_font_size": "0.8em",  # ladders have 80 columns, tables 120
    "sidebar_width": "240px",
}
html_sidebars = {"**": ["about.html", "navigation.html", "searchbox.html"]}
html_show_sourcelink = False
