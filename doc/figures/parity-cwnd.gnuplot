# SPDX-License-Identifier: GPL-2.0-only
#
# Draws parity-cwnd.svg from what these print:
#
#   tcp-conn-bench-parity --window --path=clean --control=TcpNewReno > TcpNewReno.txt
#   tcp-conn-bench-parity --window --path=clean --control=TcpCubic > TcpCubic.txt

set terminal svg size 900,620 font "Helvetica,13" background "white"
set output "parity-cwnd.svg"
set multiplot layout 2,1
set xrange [0:20]
set yrange [0:*]
set ylabel "congestion window, segments"
set grid
set key top right
do for [control in "TcpNewReno TcpCubic"] {
    set title control . ", clean path"
    set xlabel "seconds"
    plot control . ".txt" index 0 using 1:($2/1448) with steps lw 6 lc rgb "#f3b878" title "ns-3's own", \
         control . ".txt" index 1 using 1:($2/1448) with steps lw 1.5 lc rgb "#1f4e9c" title "this module"
}
unset multiplot
