# SPDX-License-Identifier: BSL-1.0
# gnuplot -c picture.gnuplot TABLE.csv PICTURE.svg: a column a workload; above the time of each contender over the sizes,
# below the same as a multiple of ours.
table = ARG1
set output ARG2
set terminal svg size 1400, 900 dynamic background "white" font "sans-serif,13"
set datafile separator comma

first = 4 # ours; before it are workload, size and entries of the gradient
names = system(sprintf("head -n 1 '%s' | tr ',' ' '", table))
name(column) = word(names, column)
workloads = system(sprintf("tail -n +2 '%s' | cut -d , -f 1 | uniq", table))
rows(workload) = sprintf("< grep '^%s,' '%s'", workload, table)
# The columns that are not empty, ours last: it is drawn over the others.
columns(workload) = system(sprintf("grep '^%s,' '%s' | awk -F , '{ for (i = %d; i <= NF; ++i) if ($i) has[i] } \
    END { for (i = %d; i >= %d; --i) if (i in has) print i }'", workload, table, first, words(names), first))

is_ours(column) = name(column)[1:4] eq "ours"
is_limit(column) = name(column)[1:5] eq "limit"
width(column) = is_ours(column) ? 4 : is_limit(column) ? 2.5 : 1.5
dashes(column) = is_limit(column) || name(column) eq "ours_fixed" ? 2 : 1
others = "#1f77b4 #2ca02c #9467bd #ff7f0e #8c564b #17becf #bcbd22 #e377c2 #393b79 #66aa00 #dd4477 #aa8844 #22aa99"
colour(column) = name(column) eq "ours_fixed" ? "#ff9896" : is_ours(column) ? "#d62728" : name(column) eq "limit" ? "#000000" : \
    is_limit(column) ? "#888888" : word(others, (column - first) % words(others) + 1)
do for [column = first : words(names)] {
    set style line column linewidth width(column) dashtype dashes(column) linecolor rgb colour(column) pointtype 7 pointsize 0.5
}

set logscale y
set grid ytics linecolor rgb "#dddddd"
set border 3
set tics nomirror out
set xtics rotate by -30 font ",10"
set key at screen 0.995, screen 0.95 right top noenhanced samplen 1.5 spacing 1.2 maxcols 1
set multiplot
panel = 0.86 / words(workloads)
do for [i = 1 : words(workloads)] {
    workload = word(workloads, i)
    last_size = int(system(sprintf("grep -c '^%s,' '%s'", workload, table))) - 1
    set xrange [-0.2 : last_size + 0.2]
    set lmargin at screen 0.07 + (i - 1) * panel
    set rmargin at screen 0.02 + i * panel
    set title workload noenhanced
    set ylabel (i == 1 ? "nanoseconds a call" : "")
    set format y "10^{%T}"
    set tmargin at screen 0.95
    set bmargin at screen 0.58
    plot for [column in columns(workload)] rows(workload) using 0:(column(int(column))):xtic(stringcolumn(2)) \
        with linespoints linestyle int(column) notitle
    unset title
    set ylabel (i == 1 ? "times as long as ours" : "")
    set format y "%g"
    set tmargin at screen 0.46
    set bmargin at screen 0.12
    plot for [column in columns(workload)] rows(workload) \
        using 0:(column(int(column)) / column(first)):xtic(stringcolumn(2)) with linespoints linestyle int(column) notitle
}
set border 0
unset tics
unset ylabel
set tmargin at screen 0.95
set yrange [1 : 2]
plot 3 notitle, for [column = first : words(names)] keyentry with linespoints linestyle column title name(column)
unset multiplot
