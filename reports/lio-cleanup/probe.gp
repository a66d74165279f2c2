# title: What LIO agents pay to scripted ones while they learn (thesis Figure 5.6b)
# place: 4
# caption: Incentives of an episode, mean and standard error of 20 episodes, that an agent of the map of 7x7 would pay at
#          different times of its training to an agent that moves in the river without cleaning (R), cleans waste
#          successfully (C), or fires its beam where there is no waste (M). A row is a seed; on the left agent 0 pays, on
#          the right agent 1.
load data.'/result.gp'
load shared.'/style.gp'

if (!exists('tables') || strstrt(' '.tables.' ', ' probe ') == 0) exit gnuplot # no data, no figure
file = data.'/probe.csv'
set datafile separator comma
set datafile columnheaders
small(x) = stringcolumn('variant') eq '7x7' ? x : NaN
stats file using (small(column('seed'))) nooutput name 'seed'
if (!exists('seed_records')) exit gnuplot
rows = int(seed_max) + 1
top = 34.0; panel = 150.0; between = 40.0; below = strip_height + 24
height = top + rows * panel + (rows - 1) * between + below
set terminal svg @canvas size 960, height
set output output
set yrange [0:*]
set format x '%.0s%c'
unset key
paint(script) = script eq 'R' ? blue : script eq 'C' ? green : vermillion
set multiplot layout rows, 2 margins 0.09, 0.98, below / height, 1 - top / height spacing 0.08, between / height
do for [s = 0:rows - 1] {
    do for [giver = 0:1] {
        of(x, script) = stringcolumn('variant') eq '7x7' && column('seed') == s && column('giver') == giver && \
            stringcolumn('script') eq script ? x : NaN
        set title sprintf('seed %d, agent %d pays', s, giver) font ',15' textcolor rgb ink offset 0, -0.6
        plot for [script in 'R C M'] file using (of(column('episodes'), script)):(column('mean')):(column('error')) \
                 with yerrorbars linewidth 1.6 pointtype 7 pointsize 0.4 linecolor rgb paint(script), \
             for [script in 'R C M'] file using (of(column('episodes'), script)):(column('mean')) smooth unique \
                 with lines linewidth 2 linecolor rgb paint(script)
    }
}
x_label = 'training episodes'
@bottom_strip
do for [k = 1:3] {
    left = 200 + 240 * (k - 1)
    set arrow from left, 17 rto 35, 0 nohead linewidth 3 linecolor rgb paint(word('R C M', k))
    set label (k == 1 ? 'R: in the river' : k == 2 ? 'C: cleans' : 'M: misses') at left + 43, 17
}
plot NaN
unset multiplot
